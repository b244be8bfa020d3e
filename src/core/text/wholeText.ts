import { MappedText } from './MappedText.ts';
import { memoizeByText } from './memoizeByText.ts';

/** A whole document as mapped text; the same object for the same text, so that what is made of it can be remembered with it. */
export const wholeText: (text: string) => MappedText = memoizeByText((text) => new MappedText(text, 0));
