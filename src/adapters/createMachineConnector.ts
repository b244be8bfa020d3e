import type { MachineConnector } from '../application/ports/MachineConnector.ts';
import { connectLocalMachine } from './local/connectLocalMachine.ts';
import { connectVmMachine, type VmConnectionSettings } from './ssh/connectVmMachine.ts';

/** Opens machines: the local one, and VMs over SSH. */
export function createMachineConnector(settings: VmConnectionSettings = {}): MachineConnector {
  return {
    connectLocal: (signal) => connectLocalMachine(signal),
    connectVm: (vm, hostKeys, signal) => connectVmMachine(vm, hostKeys, settings, signal),
  };
}
