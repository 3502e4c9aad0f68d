# SPDX-License-Identifier: Apache-2.0
"""Lines over the number of entries, several plots side by side, as SVG."""
import math

WIDTH, HEIGHT = 300, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 34, 40
COLORS = ["#1a5fb4", "#c64600"]


def nice_top(value):
    """The next one of 10, 20, 50, 100, ... and the step between lines."""
    scale = 10 ** math.floor(math.log10(value))
    top = next(scale * factor for factor in (1, 2, 5, 10) if scale * factor >= value)
    return top, top / 5 if str(top).startswith("5") else top / 4


def name_of(count):
    return f"{count // 1_000_000} M" if count >= 1_000_000 else f"{count // 1000} k"


def plot(title, unit, lines):
    """`lines`: name -> {entries: value}."""
    counts = sorted({count for line in lines.values() for count in line})
    top, step = nice_top(max(value for line in lines.values() for value in line.values()))

    def x(count):
        part = math.log(count / counts[0]) / math.log(counts[-1] / counts[0])
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    parts = [f'<text x="{LEFT}" y="16" font-weight="bold">{title}</text>',
             f'<text x="{LEFT}" y="29" fill="#555">{unit}</text>']
    for i in range(round(top / step) + 1):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(i * step):.1f}" y2="{y(i * step):.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y(i * step) + 4:.1f}" text-anchor="end" fill="#555">{i * step:g}</text>')
    for count in counts:
        parts.append(f'<text x="{x(count):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle" fill="#555">'
                     f'{name_of(count)}</text>')
    for i, (name, line) in enumerate(lines.items()):
        points = " ".join(f"{x(count):.1f},{y(value):.1f}" for count, value in sorted(line.items()))
        dash = ' stroke-dasharray="5 3"' if i else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLORS[i]}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{x(count):.1f}" cy="{y(value):.1f}" r="3" fill="{COLORS[i]}"/>'
                  for count, value in line.items()]
        parts.append(f'<text x="{LEFT + i * 120}" y="{HEIGHT - 6}" fill="{COLORS[i]}">{name}</text>')
    return parts


def write(path, plots):
    """`plots`: (title, unit, lines), from left to right."""
    width = WIDTH * len(plots)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" font-family="sans-serif" font-size="11">',
           f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>']
    for i, arguments in enumerate(plots):
        out += [f'<g transform="translate({i * WIDTH} 0)">', *plot(*arguments), "</g>"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([*out, "</svg>", ""]))
