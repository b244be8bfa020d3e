import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseVmFacts } from '../../../../src/adapters/ssh/readVmFacts.ts';

describe('parseVmFacts', () => {
  it('reads df, loadavg and the clock', () =>
    assert.deepEqual(
      parseVmFacts(
        ['/dev/sda1  41152812 8123456 30912345  21% /', '0.52 0.58 0.59 2/345 6789', '1700000012'],
        1_700_000_000_500,
      ),
      { diskBytes: 41_152_812 * 1024, freeDiskBytes: 30_912_345 * 1024, load: 0.52, clockAheadS: 12 },
    ));
  it('reads the load that uptime prints where there is no /proc', () =>
    assert.equal(parseVmFacts(['', '10:03  up 3 days, 2 users, load averages: 1,25 1,30 1,40', ''], 0).load, 1.25));
  it('leaves out what is not there', () => assert.deepEqual(parseVmFacts([], 0), {}));
});
