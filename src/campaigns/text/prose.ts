import * as z from 'zod'

/** Parsed Markdown of organisers, ready for pages, mails and plain text. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis'; children: Inline[] }
  | { kind: 'link'; url: string; children: Inline[] }
  | { kind: 'image'; url: string; alt: string }
  | { kind: 'break' }

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; children: Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'rule' }

export type Prose = Block[]

export const inline: z.ZodType<Inline> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('text'), text: z.string() }),
    z.strictObject({ kind: z.enum(['strong', 'emphasis']), children: z.array(inline) }),
    z.strictObject({ kind: z.literal('link'), url: z.string(), children: z.array(inline) }),
    z.strictObject({ kind: z.literal('image'), url: z.string(), alt: z.string() }),
    z.strictObject({ kind: z.literal('break') }),
  ]),
)

export const block: z.ZodType<Block> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('paragraph'), children: z.array(inline) }),
    z.strictObject({ kind: z.literal('heading'), children: z.array(inline) }),
    z.strictObject({
      kind: z.literal('list'),
      ordered: z.boolean(),
      start: z.int(),
      items: z.array(z.array(block)),
    }),
    z.strictObject({ kind: z.literal('quote'), children: z.array(block) }),
    z.strictObject({ kind: z.literal('rule') }),
  ]),
)
