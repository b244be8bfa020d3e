import { it } from 'node:test';
import { fuzz } from './support/fuzz.ts';

const others = /(?:SKILL\.md|\.env(?:\.example)?|package\.json|\.conf)$/;

it('broken skills and settings are understood as far as they can be', () => fuzz((name) => others.test(name), 15_000));
