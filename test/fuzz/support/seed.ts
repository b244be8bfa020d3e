/** The same inputs in every run; `OPENCLAW_VM_FUZZ_SEED=N` asks for others. */
export const seed = Number(process.env['OPENCLAW_VM_FUZZ_SEED'] ?? 20260526);

console.log(`Fuzz seed: ${seed} (OPENCLAW_VM_FUZZ_SEED chooses another)`);
