import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { Ref } from 'react';

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
