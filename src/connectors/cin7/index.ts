export type { Cin7CallReport } from './client.ts';
export { type Cin7Credentials, type Cin7Settings, cin7BudgetTerms, cin7Settings } from './config.ts';
export { type Difference, differences } from './differences.ts';
export { cin7PageAddress } from './page-address.ts';
export {
  type RecordedAnswer,
  type RecordedStatus,
  recordedAnswers,
  recordedStatuses,
} from './recorded-answers.ts';
export { type Cin7Target, type Cin7TargetOptions, openCin7Target } from './target.ts';
