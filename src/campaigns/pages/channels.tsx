import type { Child } from 'hono/jsx'
import { translator } from '../../kit/page-texts.ts'
import type { Channels } from '../definition.ts'

type ChannelListProps = {
  locale: string
  channels: Channels
  live: boolean
  /** Further pairs of `dt` and `dd` elements. */
  children?: Child
}

/**
 * All channels of a contact. The style sheet shows addresses and numbers left to right on right-to-left pages. Only a
 * `live` case has links, so that people do not write about a case that is over.
 */
export function ChannelList({ locale, channels, live, children }: ChannelListProps) {
  const t = translator(locale)
  const { post, fax = [], phone = [], email = [], web = [] } = channels
  return (
    <dl class="facts channels">
      {post && (
        <>
          <dt>{t('channel.post')}</dt>
          <dd>
            <address>
              {post.map((line, index) => (
                <>
                  {index > 0 && <br />}
                  {line}
                </>
              ))}
            </address>
          </dd>
        </>
      )}
      <Ways term={t('channel.fax')} ways={fax} />
      <Ways
        term={t('channel.phone')}
        ways={phone}
        hrefOf={live ? (n) => `tel:${n.replace(/[^+0-9]/g, '')}` : undefined}
      />
      <Ways term={t('channel.email')} ways={email} hrefOf={live ? (address) => `mailto:${address}` : undefined} />
      <Ways term={t('channel.web')} ways={web} hrefOf={(url) => url} />
      {children}
    </dl>
  )
}

function Ways({
  term,
  ways,
  hrefOf,
}: {
  term: string
  ways: string[]
  hrefOf?: ((way: string) => string) | undefined
}) {
  if (ways.length === 0) return null
  return (
    <>
      <dt>{term}</dt>
      {ways.map((way) => (
        <dd>{hrefOf === undefined ? <bdi dir="ltr">{way}</bdi> : <a href={hrefOf(way)}>{way}</a>}</dd>
      ))}
    </>
  )
}
