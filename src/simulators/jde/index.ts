/** A stand-in for the AIS server of Oracle JD Edwards EnterpriseOne: a program of its own that speaks HTTP. */
export type { FaultAction, FaultMatch, JdeFault, ServiceName } from './faults.ts';
export type { JdeCall } from './http-server.ts';
export type { OrchestrationDefinition } from './orchestrator.ts';
export type { JdeRow, JdeTables, JdeValue } from './rows.ts';
export { type JdeScenario, readJdeScenario, ScenarioError, type ScenarioEvent } from './scenario.ts';
export { type JdeSimulator, type JdeSimulatorOptions, type Stamp, startJdeSimulator } from './simulator.ts';
export type { SwitchKind } from './switch-kinds.ts';
export { type JdeSwitches, jdeSwitches, switchProblem } from './switches.ts';
export type { DateFormat, JdeUser } from './users.ts';
