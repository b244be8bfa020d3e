import type { WebReader } from '../../application/ports/WebReader.ts';
import { HttpsReader } from './HttpsReader.ts';

export function createWebReader(): WebReader {
  return new HttpsReader();
}
