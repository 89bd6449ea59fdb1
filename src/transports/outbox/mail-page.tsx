import type { Child } from 'hono/jsx'
import type { Settings } from '../../env.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { paths } from '../../paths.ts'
import { Layout } from '../../web/layout.tsx'
import type { OutboxMail } from './mail-store.ts'
import { Moment } from './moment.tsx'

const locale = FALLBACK_LOCALE

/** Widths in pixels: a small phone, and a desktop mail client. */
const WIDTHS = { phone: 360, desktop: 720 } as const
const HEIGHT = 800
type MailWidth = keyof typeof WIDTHS
export const isMailWidth = (name: string | undefined): name is MailWidth => name !== undefined && name in WIDTHS

type MailPageProps = {
  settings: Settings
  mail: OutboxMail
  headers: ReadonlyArray<readonly [name: string, value: string]>
  width: MailWidth | undefined // undefined: as wide as the screen allows, so that a phone shows the mail as a phone would
}

/** A captured mail: as HTML at several widths, as text, its attachments and all its headers. */
export function OutboxMailPage({ settings, mail, headers, width }: MailPageProps) {
  const { id, at, transport, to, subject, text, attachments } = mail
  return (
    <Layout locale={locale} settings={settings} title={subject} robots="noindex" isLocal>
      <div class="flow">
        <p>
          <a class="target-size" href={paths.outbox()}>
            All mails
          </a>
        </p>
        <h1 dir="auto">{subject}</h1>
        <p class="soft">
          to <bdi>{to}</bdi> · <Moment at={at} /> · by way of {transport} ·{' '}
          <a class="target-size" href={paths.outboxEml(id)}>
            Download .eml
          </a>
        </p>
        <h2>HTML</h2>
        <ul class="tongues">
          <li>
            <a href={paths.outboxMail(id)} aria-current={width === undefined ? 'true' : undefined}>
              <span>this screen</span>
            </a>
          </li>
          {Object.entries(WIDTHS).map(([name, pixels]) => (
            <li>
              <a href={`${paths.outboxMail(id)}?width=${name}`} aria-current={name === width ? 'true' : undefined}>
                <span>
                  {name}, {pixels} px
                </span>
              </a>
            </li>
          ))}
        </ul>
        {/* The sandbox blocks scripts and forms of the mail; links open in a new tab outside it. */}
        {width === undefined ? (
          <MailFrame id={id} width="100%" />
        ) : (
          <Scrolled label="The mail as HTML">
            <MailFrame id={id} width={String(WIDTHS[width])} />
          </Scrolled>
        )}
        <h2>Text</h2>
        <Scrolled label="The mail as text">
          <pre dir="auto">
            <Linked text={text} />
          </pre>
        </Scrolled>
        {attachments.length > 0 && <Attachments id={id} attachments={attachments} />}
        <Headers fields={headers} />
      </div>
    </Layout>
  )
}

const Attachments = ({ id, attachments }: Pick<OutboxMail, 'id' | 'attachments'>) => (
  <>
    <h2>Attachments</h2>
    <ul>
      {attachments.map(({ filename, contentType, size }, index) => (
        <li>
          <a class="target-size" href={paths.outboxAttachment(id, index + 1)}>
            {filename}
          </a>{' '}
          <span class="soft">
            {contentType}, {size} bytes
          </span>
        </li>
      ))}
    </ul>
  </>
)

const MailFrame = ({ id, width }: { id: number; width: string }) => (
  <iframe
    title="The mail as HTML"
    class={width === '100%' ? 'narrow' : undefined}
    src={paths.outboxHtml(id)}
    width={width}
    height={HEIGHT}
    sandbox="allow-popups allow-popups-to-escape-sandbox"
  />
)

const Headers = ({ fields }: { fields: MailPageProps['headers'] }) => (
  <>
    <h2>Headers</h2>
    <dl class="facts">
      {fields.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </>
      ))}
    </dl>
  </>
)

/** HTML of a captured mail for its frame. Links open in a new tab, because the frame allows no buttons. */
export const framed = (html: string): string => html.replace(/<head[^>]*>/i, '$&<base target="_blank">')

/** Box that scrolls wide content and can be reached by keyboard. */
const Scrolled = ({ label, children }: { label: string; children: Child }) => (
  <section class="scrolled" tabindex={0} aria-label={label}>
    {children}
  </section>
)

const URLS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/

/** Text with clickable URLs, so that links in captured mails can be followed. */
const Linked = ({ text }: { text: string }) => (
  <>{text.split(URLS).map((part, index) => (index % 2 === 1 ? <a href={part}>{part}</a> : part))}</>
)
