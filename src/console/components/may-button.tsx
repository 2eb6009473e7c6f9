import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { MouseEventHandler } from 'react';
import { meQuery, useMay } from '../api/session.ts';
import type { Role } from '../api/types.ts';
import { common } from '../texts/common.ts';

export interface MayButtonProps extends ButtonProps {
  readonly role: Role;
  readonly onClick?: MouseEventHandler<HTMLButtonElement>;
  readonly type?: 'button' | 'submit';
  readonly 'aria-label'?: string;
  /** Why it cannot be done now, whoever asks. */
  readonly refusal?: string | undefined;
}

/** A button that says why it cannot be pressed: the role is missing, or what the page says. */
export function MayButton({ role, refusal, onClick, type = 'button', ...props }: MayButtonProps) {
  const missing = useMissingRole(role);
  const why = missing ?? refusal;
  if (why === undefined)
    return <Button {...props} type={type} {...(onClick === undefined ? {} : { onClick })} />;
  return (
    <Tooltip label={why} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      {/* Reachable by keyboard, so that the reason can be read; pressing it does nothing. */}
      <Button
        {...props}
        type="button"
        data-disabled
        aria-disabled
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  );
}

/** The sentence that says which role is missing; undefined: none is. */
export function useMissingRole(role: Role): string | undefined {
  const may = useMay(role);
  const { data: me } = useQuery(meQuery);
  return may ? undefined : common.needsRole(role, me?.role ?? '');
}
