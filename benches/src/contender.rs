//! Who takes part: a lesson, a peer of this crate, a Python program, nginx.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::cpu::Cpus;
use crate::process::Server;
use crate::report::notice;

/// One program that can do the work.
pub struct Contender {
    pub name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    /// nginx has to be told everything in a file.
    is_nginx: bool,
}

/// A server and what has to stay there as long as it runs.
pub struct Running {
    pub server: Server,
    _folder: Option<TempDir>,
}

/// The folder of the workspace.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

impl Contender {
    /// A lesson or a peer: a program beside this one. Its arguments are separated by spaces.
    pub fn program(name: &'static str, program: &str, arguments: &str) -> Self {
        let folder = env::current_exe().ok().and_then(|path| path.parent().map(Path::to_path_buf));
        Contender {
            name,
            program: folder.unwrap_or_default().join(program),
            arguments: arguments.split_whitespace().map(str::to_string).collect(),
            is_nginx: false,
        }
    }

    /// A Python program, named from the workspace's folder; `None` and a notice without Python.
    pub fn python(name: &'static str, script: &str, arguments: &str) -> Option<Self> {
        let Some(program) = python() else {
            notice(format!("{name}: skipped, there is no python3"));
            return None;
        };
        let script = root().join(script).display().to_string();
        let arguments = arguments.split_whitespace().map(str::to_string);
        let arguments = std::iter::once(script).chain(arguments).collect();
        Some(Contender { name, program, arguments, is_nginx: false })
    }

    /// nginx with one worker and no log; `None` and a notice where it is not installed.
    pub fn nginx(name: &'static str) -> Option<Self> {
        let Some(program) = find("nginx") else {
            notice(format!("{name}: skipped, there is no nginx"));
            return None;
        };
        Some(Contender { name, program, arguments: Vec::new(), is_nginx: true })
    }

    /// Its command line, for one that is no server.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    /// Starts it.
    ///
    /// # Errors
    /// Those of [`Server::start`].
    pub fn start(&self, cpus: Cpus) -> Result<Running> {
        let mut command = self.command();
        let (addr, folder) = match self.is_nginx {
            false => (None, None),
            true => {
                let (addr, folder) = nginx_folder()?;
                command.arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "error.log"]);
                (Some(addr), Some(folder))
            }
        };
        let server =
            Server::start(command, addr, cpus).with_context(|| format!("{} did not start", self.name))?;
        Ok(Running { server, _folder: folder })
    }
}

/// A folder with the settings of an nginx that touches nothing outside of it.
fn nginx_folder() -> Result<(SocketAddr, TempDir)> {
    // Free now, and most probably still so a moment later.
    let addr = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let folder = TempDir::new()?;
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {what};\n"))
        .concat();
    let settings = format!(
        "daemon off;\nworker_processes 1;\npid nginx.pid;\nevents {{ worker_connections 1024; }}\n\
         http {{\naccess_log off;\n{temporary}\
         keepalive_requests 1000000000;\ndefault_type \"text/plain; charset=utf-8\";\n\
         server {{ listen {addr} backlog=1024; location / {{ return 200 \"Hello, World\"; }} }}\n}}\n"
    );
    fs::write(folder.path().join("nginx.conf"), settings)?;
    Ok((addr, folder))
}

/// The interpreter itself: `python3` on the PATH may be a script that looks for it first.
pub fn python() -> Option<PathBuf> {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    path.is_file().then_some(path)
}

fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut places = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    places.find_map(|folder| Some(folder.join(program)).filter(|program| program.is_file()))
}
