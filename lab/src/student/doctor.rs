//! `doctor`: whether this machine has all that the workbook needs, and what to do if not.

use std::process::ExitCode;

use super::session::{Done, Session};
use super::text;
use machine::{Finding, Found};

mod machine;
mod programs;

/// Looks at everything, and tells it in lines.
pub fn doctor(session: &Session) -> Done {
    let (mut missing, mut warnings) = (0, 0);
    let looks = programs::LOOKS.iter().chain(machine::LOOKS);
    for look in looks {
        let Finding { what, found } = look(session);
        match found {
            Found::Good(detail) => session.line(format!("{} {what}: {detail}", session.good("✓")))?,
            Found::Poor(advice) => {
                warnings += 1;
                session.line(format!("! {what}: {advice}"))?;
            }
            Found::Missing(advice) => {
                missing += 1;
                session.line(format!("{} {what}: {advice}", session.bad("✗")))?;
            }
        }
    }
    session.line("")?;
    match (missing, warnings) {
        (0, 0) => session.say(text::DOCTOR_WELL, &[])?,
        (0, _) => session.say(text::DOCTOR_FAIR, &[("n", &warnings)])?,
        _ => session.say(text::DOCTOR_ILL, &[("n", &missing)])?,
    }
    Ok(if missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
