import type { Block, Inline, Prose } from './prose.ts'

/** Prose as HTML elements. `level` is the level of its headings, one below the section. */
export const ProseView = ({ prose, level = 3 }: { prose: Prose; level?: 3 | 4 }) => (
  <>
    {prose.map((block) => (
      <BlockView block={block} level={level} />
    ))}
  </>
)

function BlockView({ block, level }: { block: Block; level: 3 | 4 }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Inlines of={block.children} />
        </p>
      )
    case 'heading': {
      const Heading = `h${level}` as const
      return (
        <Heading>
          <Inlines of={block.children} />
        </Heading>
      )
    }
    case 'list': {
      const items = block.items.map((item) => (
        <li>
          <Item blocks={item} level={level} />
        </li>
      ))
      return block.ordered ? <ol start={block.start === 1 ? undefined : block.start}>{items}</ol> : <ul>{items}</ul>
    }
    case 'quote':
      return (
        <blockquote class="flow">
          <ProseView prose={block.children} level={level} />
        </blockquote>
      )
    case 'rule':
      return <hr />
  }
}

/** A list item. A single paragraph is shown without a `p` element. */
function Item({ blocks, level }: { blocks: Block[]; level: 3 | 4 }) {
  const [only] = blocks
  if (blocks.length === 1 && only?.kind === 'paragraph') return <Inlines of={only.children} />
  return <ProseView prose={blocks} level={level} />
}

const Inlines = ({ of }: { of: Inline[] }) => (
  <>
    {of.map((inline) => (
      <InlineView inline={inline} />
    ))}
  </>
)

function InlineView({ inline }: { inline: Inline }) {
  switch (inline.kind) {
    case 'text':
      return <>{inline.text}</>
    case 'strong':
      return (
        <strong>
          <Inlines of={inline.children} />
        </strong>
      )
    case 'emphasis':
      return (
        <em>
          <Inlines of={inline.children} />
        </em>
      )
    case 'link':
      return (
        <a href={inline.url}>
          <Inlines of={inline.children} />
        </a>
      )
    case 'image': // an image from another site would reveal the reader, so only its alternative text and a link are shown
      return inline.url.startsWith('/') ? (
        <img src={inline.url} alt={inline.alt} loading="lazy" />
      ) : (
        <a href={inline.url}>{inline.alt}</a>
      )
    case 'break':
      return <br />
  }
}
