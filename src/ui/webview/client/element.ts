import type { ToolkitElements } from './toolkit.ts';

type Tags = HTMLElementTagNameMap & ToolkitElements;
type Child = Node | string | undefined;

/** Makes an element. Texts become text nodes, so that nothing from a machine is ever read as markup. */
export function element<Tag extends keyof Tags>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): Tags[Tag] {
  const made = document.createElement(tag) as Tags[Tag];
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}
