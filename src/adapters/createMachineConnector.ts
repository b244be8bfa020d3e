import type { MachineConnector } from '../application/ports/MachineConnector.ts';
import { connectContextMachine } from './connectContextMachine.ts';
import { connectLocalMachine } from './local/connectLocalMachine.ts';
import { connectVmMachine, type VmConnectionSettings } from './ssh/connectVmMachine.ts';

/** Opens machines: the local one, VMs over SSH, and what Docker contexts lead to. */
export function createMachineConnector(settings: VmConnectionSettings = {}): MachineConnector {
  return {
    connectLocal: (signal) => connectLocalMachine(signal),
    connectVm: (vm, hostKeys, signal) =>
      'context' in vm
        ? connectContextMachine(vm.context, hostKeys, settings, signal)
        : connectVmMachine(vm, hostKeys, settings, signal),
  };
}
