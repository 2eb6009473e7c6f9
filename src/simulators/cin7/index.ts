export type { Cin7Allowance } from './allowance.ts';
export type {
  Cin7AccountSeed,
  Cin7Company,
  Cin7DepositSeed,
  Cin7LocationSeed,
  Cin7ProductSeed,
  Cin7SupplierSeed,
} from './company.ts';
export { exampleCompany } from './example-company.ts';
export { type Cin7ExampleResult, checkCin7Examples } from './examples.ts';
export type { Cin7Fault, Cin7FaultAct } from './faults.ts';
export type { PurchaseEdit, SupplierEdit } from './people.ts';
export {
  type Cin7Scenario,
  Cin7ScenarioError,
  type Cin7ScenarioEvent,
  parseCin7Scenario,
  playCin7Scenario,
} from './scenario.ts';
export type { Cin7Call } from './server.ts';
export {
  CIN7_ACCOUNT_ID,
  CIN7_APPLICATION_KEYS,
  type Cin7Simulator,
  type Cin7SimulatorOptions,
  startCin7Simulator,
} from './simulator.ts';
export { type Cin7Switches, type Cin7SwitchInfo, type Cin7SwitchName, cin7Switches } from './switches.ts';
export { assumed as cin7AssumedTexts, recorded as cin7RecordedTexts } from './texts.ts';
