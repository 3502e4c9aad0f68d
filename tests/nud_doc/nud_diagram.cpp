// SPDX-License-Identifier: Apache-2.0
#include "tests/nud_doc/nud_diagram.hpp"

#include <array>

namespace onlink::testing {
namespace {

using enum NudState;
using E = NudEvent;

struct Node {
  NudState state;
  double x;
  double y;
  std::string_view says;
};

constexpr std::array nodes = {
    Node{none, 190, 175, "nothing is known"},
    Node{incomplete, 190, 345, "asked for by everybody; packets wait"},
    Node{failed, 190, 545, "nobody answered"},
    Node{reachable, 570, 175, "it heard us a short time ago"},
    Node{stale, 950, 175, "the MAC is used, but in doubt"},
    Node{delay, 950, 360, "was used; waits for a confirmation"},
    Node{probe, 950, 545, "asked for by unicast"},
    Node{noarp, 570, 670, "needs no resolution"},
    Node{permanent, 950, 670, "set by hand"},
};

constexpr double half_width = 118;
constexpr double half_height = 28;

constexpr std::string_view style = R"(<style>
  .back { fill: #ffffff } .group { fill: #f3f6fa; stroke: #c3ccd8 } .node { fill: #ffffff; stroke: #3b5b8c; stroke-width: 1.5 }
  .fixed { stroke-dasharray: 5 4 } .edge { fill: none; stroke: #4a5a70; stroke-width: 1.5 } .strict { stroke-dasharray: 2 4 }
  .head { fill: #4a5a70 } text { font: 13px "DejaVu Sans", Helvetica, Arial, sans-serif; fill: #1d2733 }
  .name { font-weight: bold; font-size: 15px } .says, .note { fill: #57657a; font-size: 11px } .label { font-size: 12px; paint-order: stroke; stroke: #f3f6fa; stroke-width: 5px }
  .outside { stroke: #ffffff }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } .group { fill: #161d27; stroke: #364354 } .node { fill: #0d1117; stroke: #82aee8 }
    .edge { stroke: #9aa9bd } .head { fill: #9aa9bd } text { fill: #e3e9f0 } .says, .note { fill: #9aa9bd }
    .label { stroke: #161d27 } .outside { stroke: #0d1117 }
  }
</style>)";

std::string number(double value) { return std::to_string(static_cast<int>(value)); }

std::string text_at(double x, double y, std::string_view classes, std::string_view anchor, std::string_view text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" class=\"" + std::string{classes} + "\" text-anchor=\"" +
         std::string{anchor} + "\">" + std::string{text} + "</text>\n";
}

std::string node_text(const Node& node) {
  const bool fixed = node.state == noarp || node.state == permanent;
  return "<rect x=\"" + number(node.x - half_width) + "\" y=\"" + number(node.y - half_height) + "\" width=\"" +
         number(2 * half_width) + "\" height=\"" + number(2 * half_height) + "\" rx=\"9\" class=\"node" +
         (fixed ? " fixed" : "") + "\"/>\n" + text_at(node.x, node.y - 3, "name", "middle", to_string(node.state)) +
         text_at(node.x, node.y + 15, "says", "middle", node.says);
}

// One event a line.
std::string label_text(const DiagramArrow& arrow) {
  std::string text;
  double y = arrow.y;
  for (const NudEvent event : arrow.on) {
    text += text_at(arrow.x, y, arrow.classes, arrow.anchor,
                    std::string{to_string(event)} + (arrow.strict ? " (strict)" : ""));
    y += 14;
  }
  return text;
}

std::string arrow_text(const DiagramArrow& arrow) {
  return "<path d=\"" + std::string{arrow.path} + "\" class=\"edge" + (arrow.strict ? " strict" : "") +
         "\" marker-end=\"url(#head)\"/>\n";
}

}  // namespace

std::span<const DiagramArrow> diagram_arrows() {
  static const std::vector<DiagramArrow> arrows = {
      {none, incomplete, {E::send}, false, "M190 203 V311", 198, 260, "start"},
      {failed, incomplete, {E::send}, false, "M150 517 V379", 142, 450, "end"},
      {incomplete, failed, {E::exhausted, E::exhausted_validated}, false, "M230 373 V511", 238, 435, "start"},
      {none, failed, {E::send_hopeless}, false, "M72 185 C 28 270, 28 460, 70 530", 52, 265, "start"},
      {none | incomplete | failed,
       reachable,
       {E::answer_new},
       false,
       "M370 260 C 410 260, 435 235, 452 208",
       398,
       282,
       "start"},
      {none | incomplete | failed,
       stale,
       {E::hint_new},
       false,
       "M370 100 C 500 10, 820 10, 926 141",
       640,
       42,
       "middle",
       "label outside"},
      {reachable,
       stale,
       {E::deadline, E::answer_doubted, E::hint_doubted, E::hint_new},
       false,
       "M688 160 H826",
       760,
       108,
       "middle"},
      {stale, reachable, {E::answer_same, E::answer_new}, false, "M832 190 H694", 760, 206, "middle"},
      {stale, delay, {E::send, E::send_hopeless}, false, "M970 203 V326", 978, 258, "start"},
      {delay, probe, {E::deadline}, false, "M970 388 V511", 978, 455, "start"},
      {delay,
       reachable,
       {E::answer_same, E::answer_new, E::deadline_confirmed},
       false,
       "M832 348 C 740 330, 650 280, 620 209",
       640,
       325,
       "start"},
      {reachable, delay, {E::deadline_used}, false, "M660 203 C 690 250, 760 310, 826 330", 768, 276, "start"},
      {probe,
       reachable,
       {E::answer_same, E::answer_new},
       false,
       "M832 530 C 680 510, 585 370, 575 209",
       572,
       372,
       "middle"},
      {probe, reachable, {E::confirm}, true, "M832 550 C 600 545, 470 400, 470 209", 508, 430, "end"},
      {delay,
       stale,
       {E::hint_new, E::exhausted_validated},
       false,
       "M1068 345 C 1105 310, 1105 230, 1072 197",
       1104,
       265,
       "start"},
      {probe,
       stale,
       {E::hint_new, E::exhausted_validated},
       false,
       "M1068 540 C 1340 460, 1340 230, 1074 183",
       1095,
       420,
       "start"},
      {probe, failed, {E::exhausted}, false, "M832 563 H314", 545, 580, "middle"},
      {delay, failed, {E::exhausted}, false, "M832 375 C 700 440, 560 520, 314 540", 545, 484, "end"},
      {reachable, stale, {E::deadline_used}, true},  // said in the notes
  };
  return arrows;
}

std::string nud_diagram() {
  std::string text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1340 720\" role=\"img\" "
      "aria-label=\"States of a neighbour and what leads from one to another\">\n";
  text += style;
  text +=
      "\n<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
      "orient=\"auto-start-reverse\"><path d=\"M0 0 L10 5 L0 10 z\" class=\"head\"/></marker></defs>\n"
      "<rect width=\"1340\" height=\"720\" class=\"back\"/>\n"
      "<rect x=\"15\" y=\"60\" width=\"355\" height=\"545\" rx=\"12\" class=\"group\"/>\n"
      "<rect x=\"390\" y=\"60\" width=\"935\" height=\"545\" rx=\"12\" class=\"group\"/>\n";
  text += text_at(30, 82, "note", "start", "No MAC is known: a packet waits, or is dropped.");
  text += text_at(1310, 82, "note", "end", "A MAC is known: a packet leaves at once.");
  for (const DiagramArrow& arrow : diagram_arrows())
    if (!arrow.path.empty()) text += arrow_text(arrow);
  for (const Node& node : nodes) text += node_text(node);
  for (const DiagramArrow& arrow : diagram_arrows())
    if (!arrow.path.empty()) text += label_text(arrow);
  text += text_at(30, 646, "note", "start", "noarp and permanent: no packet and no timer changes them.");
  text += text_at(30, 664, "note", "start", "Not drawn: what is set by hand, the link, garbage collection.");
  text += text_at(30, 682, "note", "start", "Strict: deadline-used leads to stale, not to delay.");
  text += text_at(30, 700, "note", "start", "The words are those of docs/nud-table.md.");
  return text + "</svg>\n";
}

}  // namespace onlink::testing
