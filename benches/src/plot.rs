//! Plots in SVG: bars for contenders, lines for growth.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::report::Table;

/// Pixels.
const WIDTH: u32 = 860;
const BAR: i32 = 20;
const HEAD: i32 = 64;
const NAMES: i32 = 290;

/// The lessons' bars, and everybody else's.
const OURS: RGBColor = RGBColor(0x1f, 0x77, 0xb4);
const THEIRS: RGBColor = RGBColor(0xb0, 0xb0, 0xb0);

/// One line of a plot: its name and its points.
pub struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

/// A bar for the cost of each contender: the shorter the better.
///
/// # Errors
/// The file cannot be written.
pub fn bars(table: &Table, machine: &str, path: &Path) -> Result<()> {
    let rows: Vec<(&str, &str, f64)> = table
        .rows
        .iter()
        .filter_map(|row| Some((row.case, row.contender, row.median(|sample| sample.cost)?)))
        .collect();
    let height = HEAD + BAR * (rows.len() as i32 + 1);
    let area = SVGBackend::new(path, (WIDTH, height as u32)).into_drawing_area();
    area.fill(&WHITE).map_err(failed)?;
    let font = ("sans-serif", 13).into_font();
    let left = font.color(&BLACK);
    let right = left.pos(Pos::new(HPos::Right, VPos::Top));
    let title = ("sans-serif", 16).into_font().color(&BLACK);
    let text = |words: String, at: (i32, i32), style: &TextStyle<'_>| {
        area.draw(&Text::new(words, at, style.clone())).map_err(failed)
    };
    text(format!("{}: {}", table.title, table.unit), (12, 10), &title)?;
    text(machine.to_string(), (12, 34), &left)?;
    // One contender may be a hundred times slower: then the others would have no bars to compare.
    let widest = rows.iter().map(|row| row.2).fold(0.0, f64::max);
    let room = f64::from(WIDTH as i32 - NAMES - 90);
    for (place, (case, contender, cost)) in rows.iter().enumerate() {
        let top = HEAD + BAR * place as i32;
        let length = (cost / widest * room).max(1.0) as i32;
        let color = if contender.starts_with("netkit") { OURS } else { THEIRS };
        let corners = [(NAMES, top), (NAMES + length, top + BAR - 6)];
        area.draw(&Rectangle::new(corners, color.filled())).map_err(failed)?;
        let name = if case.is_empty() { contender.to_string() } else { format!("{case} · {contender}") };
        text(name, (NAMES - 8, top), &right)?;
        text(format!("{cost:.2}"), (NAMES + length + 6, top), &left)?;
    }
    area.present().map_err(failed)
}

/// Lines on two logarithmic axes.
///
/// # Errors
/// The file cannot be written.
pub fn lines(title: &str, axes: (&str, &str), machine: &str, lines: &[Line], path: &Path) -> Result<()> {
    let points = || lines.iter().flat_map(|line| &line.points);
    let range = |of: fn(&(f64, f64)) -> f64| {
        let least = points().map(of).fold(f64::INFINITY, f64::min);
        let most = points().map(of).fold(0.0, f64::max);
        (least * 0.8..most * 1.25).log_scale()
    };
    let area = SVGBackend::new(path, (WIDTH, 480)).into_drawing_area();
    area.fill(&WHITE).map_err(failed)?;
    let area = area.titled(title, ("sans-serif", 16)).map_err(failed)?;
    let area = area.titled(machine, ("sans-serif", 13)).map_err(failed)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(range(|point| point.0), range(|point| point.1))
        .map_err(failed)?;
    chart.configure_mesh().x_desc(axes.0).y_desc(axes.1).draw().map_err(failed)?;
    for (place, line) in lines.iter().enumerate() {
        let color = Palette99::pick(place).to_rgba();
        let drawn = LineSeries::new(line.points.iter().copied(), color.stroke_width(2)).point_size(3);
        chart
            .draw_series(drawn)
            .map_err(failed)?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    let mut names = chart.configure_series_labels();
    names.position(SeriesLabelPosition::UpperLeft).border_style(BLACK).draw().map_err(failed)?;
    area.present().map_err(failed)
}

/// The drawing's errors borrow what was drawn; only their words can leave.
fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot draw: {error}")
}
