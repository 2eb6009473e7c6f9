import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink, useNavigate } from '@tanstack/react-router';
import type { MouseEventHandler, ReactNode, Ref } from 'react';

/** A link to a page of the console. */
export const Go = createLink(function Go(
  props: Omit<AnchorProps, 'href'> & { ref?: Ref<HTMLAnchorElement> },
) {
  return <Anchor {...props} />;
});

/** A link to a page of the console that looks like a button. */
export const GoButton = createLink(function GoButton(
  props: Omit<ButtonProps, 'href'> & { ref?: Ref<HTMLAnchorElement> },
) {
  return <Button component="a" {...props} />;
});

interface PathProps {
  readonly path: string;
  /** What screen readers say, where the text alone says too little. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** A link to a page whose path is put together while the console runs. */
export function PathLink({ path, label, children }: PathProps) {
  const onClick = useGoing(path);
  return (
    <Anchor href={path} size="sm" underline="always" aria-label={label} onClick={onClick}>
      {children}
    </Anchor>
  );
}

/** The same, as a button. */
export function PathButton({ path, children }: PathProps) {
  const onClick = useGoing(path);
  return (
    <Button component="a" href={path} onClick={onClick}>
      {children}
    </Button>
  );
}

function useGoing(path: string): MouseEventHandler {
  const navigate = useNavigate();
  return (event) => {
    // A new tab or window is the browser's affair.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ to: path });
  };
}
