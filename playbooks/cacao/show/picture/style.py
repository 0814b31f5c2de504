"""How a picture looks: one style for files and for pages, light and dark. A standing is colour, line, sign and word."""

STYLE = """
.playbook { --paper: #ffffff; --lane: #f2f5f7; --ink: #17212b; --quiet: #4b5a67; --line: #6d7d8a; --edge: #8796a2;
  --done: #1d6b2f; --done-wash: #e2f2e4; --running: #0b57a4; --running-wash: #dfecfb; --waiting: #765a00;
  --waiting-wash: #fdf3d3; --failed: #a8102a; --failed-wash: #fbe4e6; --aside: #5b6570; --aside-wash: #eceff1; }
@media (prefers-color-scheme: dark) {
  .playbook { --paper: #172029; --lane: #111920; --ink: #e4eaf0; --quiet: #a9b8c5; --line: #8496a5; --edge: #5c6d7b;
    --done: #7fd492; --done-wash: #14301d; --running: #86bdf5; --running-wash: #122b47; --waiting: #e6c54c;
    --waiting-wash: #352c0c; --failed: #ff8492; --failed-wash: #3a171d; --aside: #9aa7b2; --aside-wash: #1f2830; }
}
@media print {
  .playbook { --paper: #fff; --lane: #fff; --ink: #000; --quiet: #333; --line: #444; --edge: #444; }
}
.playbook { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
.playbook .lane { fill: var(--lane); stroke: var(--edge); stroke-width: 1; stroke-opacity: .5; }
.playbook .lane-title { fill: var(--quiet); font-size: 13px; font-weight: 650; }
.playbook .heading { fill: var(--quiet); font-size: 14px; font-weight: 650; }
.playbook .link { fill: none; stroke: var(--line); stroke-width: 1.5; }
.playbook .link.back { stroke-dasharray: 5 4; }
.playbook .head { fill: var(--line); }
.playbook .form { fill: var(--paper); stroke: var(--edge); stroke-width: 1.5; }
.playbook .inner { fill: none; stroke: var(--edge); stroke-width: 1.5; }
.playbook .point { fill: var(--line); }
.playbook .chapter { fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
.playbook .word { font-size: 12px; font-weight: 650; }
.playbook .title { fill: var(--ink); font-size: 14px; font-weight: 600; }
.playbook .note { fill: var(--quiet); font-size: 12px; }
.playbook .sign { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.playbook .done .form { fill: var(--done-wash); stroke: var(--done); stroke-width: 2; }
.playbook .done .sign { stroke: var(--done); }
.playbook .done .word { fill: var(--done); }
.playbook .running .form { fill: var(--running-wash); stroke: var(--running); stroke-width: 4; }
.playbook .running .sign { stroke: var(--running); fill: var(--running); }
.playbook .running .word { fill: var(--running); }
.playbook .waiting .form { fill: var(--waiting-wash); stroke: var(--waiting); stroke-width: 2; stroke-dasharray: 7 4; }
.playbook .waiting .sign { stroke: var(--waiting); }
.playbook .waiting .word { fill: var(--waiting); }
.playbook .failed .form { fill: var(--failed-wash); stroke: var(--failed); stroke-width: 3; stroke-dasharray: 2 3; }
.playbook .failed .sign { stroke: var(--failed); stroke-width: 2.5; }
.playbook .failed .word { fill: var(--failed); }
.playbook .skipped .form, .playbook .withdrawn .form { fill: var(--aside-wash); stroke: var(--aside);
  stroke-dasharray: 12 5; }
.playbook .skipped .sign, .playbook .withdrawn .sign { stroke: var(--aside); }
.playbook .skipped .word, .playbook .withdrawn .word { fill: var(--aside); }
.playbook .skipped .title, .playbook .withdrawn .title { fill: var(--quiet); text-decoration: line-through; }
"""
