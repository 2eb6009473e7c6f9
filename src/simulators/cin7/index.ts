export type { Cin7Allowance } from './allowance.ts';
export type {
  Cin7AccountSeed,
  Cin7Company,
  Cin7DepositSeed,
  Cin7LocationSeed,
  Cin7ProductSeed,
  Cin7SupplierSeed,
} from './company.ts';
export type { Cin7Fault, Cin7FaultAct } from './faults.ts';
export type { PurchaseEdit, SupplierEdit } from './people.ts';
export type { Cin7Call } from './server.ts';
export {
  Cin7ScenarioError,
  parseCin7Scenario,
  playCin7Scenario,
  type Cin7Scenario,
  type Cin7ScenarioEvent,
} from './scenario.ts';
export { assumed as cin7AssumedTexts, recorded as cin7RecordedTexts } from './texts.ts';
export {
  CIN7_ACCOUNT_ID,
  CIN7_APPLICATION_KEYS,
  startCin7Simulator,
  type Cin7Simulator,
  type Cin7SimulatorOptions,
} from './simulator.ts';
export { cin7Switches, type Cin7SwitchInfo, type Cin7SwitchName, type Cin7Switches } from './switches.ts';
export { checkCin7Examples, type Cin7ExampleResult } from './examples.ts';
export { exampleCompany } from './example-company.ts';
