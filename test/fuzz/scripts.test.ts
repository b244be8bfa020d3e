import { it } from 'node:test';
import { fuzz } from './support/fuzz.ts';

it('broken scripts are understood as far as they can be', () => fuzz((name) => name.endsWith('.sh'), 20_000));
