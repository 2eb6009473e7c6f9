import type { SchemaNode, Settings } from '../../api/settings.ts';

/** One setting, as the schema describes it. */
export interface SettingField {
  /** `jde.pageSize` */
  readonly path: string;
  readonly node: SchemaNode;
  /** May be absent. */
  readonly optional: boolean;
}

export interface SettingSection {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly SettingField[];
}

/** Set elsewhere: the name is for ever, credentials are in the vault. */
const LEFT_OUT: ReadonlySet<string> = new Set(['name', 'jde.credentials', 'cin7.credentials']);

/** The sections of the settings; what stands in none of them comes first. */
export function sectionsOf(schema: SchemaNode): readonly SettingSection[] {
  const members = Object.entries(schema.properties ?? {}).filter(([name]) => !LEFT_OUT.has(name));
  const alone = members.filter(([, node]) => node.properties === undefined);
  const general = alone.flatMap(([name, node]) => fieldsOf(name, node, isOptional(schema, name)));
  const sections = members.flatMap(([name, node]) =>
    node.properties === undefined
      ? []
      : [{ name, description: node.description ?? '', fields: fieldsOf(name, node, false) }],
  );
  return general.length === 0
    ? sections
    : [...sections, { name: 'general', description: '', fields: general }];
}

function fieldsOf(path: string, node: SchemaNode, optional: boolean): readonly SettingField[] {
  if (LEFT_OUT.has(path)) return [];
  if (node.properties === undefined) return [{ path, node, optional }];
  return Object.entries(node.properties).flatMap(([name, member]) =>
    fieldsOf(`${path}.${name}`, member, isOptional(node, name)),
  );
}

function isOptional(parent: SchemaNode, name: string): boolean {
  return parent.properties?.[name]?.default === undefined && parent.required?.includes(name) !== true;
}

export function valueAt(settings: Settings, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), settings);
}

/** The settings with other values at some paths; `undefined` takes a member out. */
export function withValues(settings: Settings, changes: ReadonlyMap<string, unknown>): Settings {
  let result = settings;
  for (const [path, value] of changes) result = withValue(result, path.split('.'), value);
  return result;
}

function withValue(settings: Settings, [name = '', ...rest]: readonly string[], value: unknown): Settings {
  if (rest.length === 0) {
    const { [name]: _, ...others } = settings;
    return value === undefined ? others : { ...others, [name]: value };
  }
  const below = settings[name];
  return { ...settings, [name]: withValue(isObject(below) ? below : {}, rest, value) };
}

export const sameValue = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
