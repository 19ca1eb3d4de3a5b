/** Colours are `#rrggbb` throughout. */

/** WCAG 2.2 contrast of two colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** The darker or the lighter ink, whichever is easier to read on a ground; black where neither is easy (4.5 to 1). */
export function inkOn(ground: string): string {
  return (
    ['#2b2623', '#ffffff']
      .toSorted((a, b) => contrast(ground, b) - contrast(ground, a))
      .find((ink) => contrast(ground, ink) >= 4.5) ?? '#000000'
  );
}

/**
 * What a card needs of a shop's colour beside itself, whatever that is. By day: `Paper` to write on, `Soft` around it, and `Ink` that
 * can be read on both and on the paper of any other colour. By night: `Dark` to write on, `Black` around it, and `Night` that can be
 * read on both. `Deep` is a dark ground by day and night that white and any `Night` can be read on; `Wash` and `Tint` are to paint with.
 */
export function shades(colour: string): Record<string, string> {
  const [soft, dark] = [toned(colour, 0.68, 0.905), toned(colour, 0.28, 0.13)];
  return {
    Paper: toned(colour, 0.75, 0.972),
    Soft: soft,
    Wash: toned(colour, 0.68, 0.82),
    Tint: toned(colour, 0.75, 0.6),
    Ink: darkened(colour, (ink) => readsOn(ink, [soft, DARKEST_PAPER])),
    Dark: dark,
    Black: toned(colour, 0.28, 0.065),
    Night: lightened(colour, (ink) => readsOn(ink, [dark, LIGHTEST_DARK])),
    Deep: darkened(colour, (ground) => contrast(ground, '#ffffff') >= 11),
  };
}

/** The one of a shop's colours that shines on its dark grounds; where none does, the first of them made lighter. */
export function glowOf(colours: readonly string[]): string | undefined {
  const [first] = colours;
  return colours.toReversed().find((colour) => readsOn(colour, [LIGHTEST_DARK])) ?? (first && shades(first)['Night']);
}

/** A pale companion for a shop that has one colour. */
export function companionOf(colour: string): string {
  return toned(colour, 0.75, 0.8);
}

/** Darker than the paper of any colour, and lighter than its `Dark` and `Deep`. */
const DARKEST_PAPER = '#f0f0f0';
const LIGHTEST_DARK = '#3d3c3b';
const STEPS = Array.from({ length: 21 }, (_, step) => step / 20);

function readsOn(ink: string, grounds: readonly string[]): boolean {
  return grounds.every((ground) => contrast(ink, ground) >= 4.8);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = channels(colour).map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(channel: number): number {
  return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/** Mixed with black in small steps until it will do. */
function darkened(colour: string, fits: (made: string) => boolean): string {
  const rgb = channels(colour);
  return STEPS.map((step) => hex(rgb.map((value) => value * (1 - step)))).find(fits) ?? '#000000';
}

/** The colour itself where it will do, else its lightest enough tone. */
function lightened(colour: string, fits: (made: string) => boolean): string {
  return [colour, ...STEPS.map((step) => toned(colour, 0.75, 0.7 + 0.3 * step))].find(fits) ?? '#ffffff';
}

/** The same hue, at most this saturated and exactly this light (HSL, 0 to 1): a pale or dark one of a deep green is still green. */
function toned(colour: string, saturation: number, lightness: number): string {
  const rgb = channels(colour);
  const [low, high] = [Math.min(...rgb), Math.max(...rgb)];
  const spread = high - low;
  const own = spread === 0 ? 0 : spread / (1 - Math.abs(high + low - 1));
  const reach = Math.min(own, saturation) * (1 - Math.abs(2 * lightness - 1));
  return hex(rgb.map((value) => lightness - reach / 2 + (spread === 0 ? 0.5 : (value - low) / spread) * reach));
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
}

function hex(rgb: readonly number[]): string {
  return `#${rgb
    .map((value) =>
      Math.round(value * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
