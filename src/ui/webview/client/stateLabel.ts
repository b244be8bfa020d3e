import { element } from './element.ts';

export type Tone = 'good' | 'bad' | 'warning' | 'neutral' | 'info';

/** A state as a shape, a colour and a word: none of them is needed to understand the others. */
export function stateLabel(tone: Tone, text: string): HTMLElement {
  return element('span', { class: `state ${tone}` }, icon(tone), text);
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** On a grid of 16 by 16. */
const shapes: Record<Tone, string> = {
  good: 'M3.5 8.5l3 3 6-7',
  bad: 'M4.500 4.500l7 7M11.500 4.500l-7 7',
  warning: 'M8 2.500l6 11H2zM8 6.500v3M8 11.500v.5',
  neutral: 'M4 8h8',
  info: 'M2.500 5L8 2.500 13.500 5v6L8 13.500 2.500 11zM2.500 5L8 7.500 13.500 5M8 7.500v6',
};

function icon(tone: Tone): SVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', shapes[tone]);
  svg.append(path);
  return svg;
}
