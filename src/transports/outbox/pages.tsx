import type { Child } from 'hono/jsx'
import type { Settings } from '../../env.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { paths } from '../../paths.ts'
import { TextField } from '../../web/form-fields.tsx'
import { Layout } from '../../web/layout.tsx'
import { OUTBOX_PAGE, type OutboxMail } from './outbox.ts'

// Viewer of captured mail: for developers, in English, and only available where no mail can leave the machine.

const locale = FALLBACK_LOCALE

type ListProps = {
  settings: Settings
  mails: readonly OutboxMail[] // newest first
  to?: string | undefined // search text, part of a recipient
  total: number // number of stored mails
}

export function OutboxList({ settings, mails, to, total }: ListProps) {
  const last = mails.length === OUTBOX_PAGE ? mails.at(-1) : undefined
  return (
    <Layout locale={locale} settings={settings} title="Outbox" robots="noindex">
      <div class="flow">
        <h1>Outbox</h1>
        <p class="soft">
          {total === 1 ? '1 mail was' : `${total} mails were`} captured on this machine. None was sent.
        </p>
        <form method="get" action={paths.outbox()} class="narrow">
          <TextField
            locale={locale}
            errors={[]}
            name="to"
            type="search"
            label="Recipient contains"
            value={to ?? ''}
            required
          />
          <button type="submit">Search</button>
        </form>
        {to && (
          <p>
            <a class="target-size" href={paths.outbox()}>
              Show every mail
            </a>
          </p>
        )}
        {mails.length === 0 ? (
          <p>{to ? `No mail to an address with “${to}”.` : 'Nothing yet.'}</p>
        ) : (
          <MailList mails={mails} />
        )}
        {last && (
          <p>
            <a class="target-size" href={`${paths.outbox(to ?? '')}&before=${last.id}`}>
              Older mails
            </a>
          </p>
        )}
      </div>
    </Layout>
  )
}

const MailList = ({ mails }: { mails: readonly OutboxMail[] }) => (
  <ul class="cards past">
    {mails.map(({ id, at, to, subject }) => (
      <li>
        <p class="kicker">
          <bdi>{to}</bdi> <Moment at={at} />
        </p>
        <h2>
          <a href={paths.outboxMail(id)} dir="auto">
            {subject}
          </a>
        </h2>
      </li>
    ))}
  </ul>
)

const Moment = ({ at }: { at: number }) => {
  const iso = new Date(at).toISOString()
  return <time datetime={iso}>{iso.replace('T', ' ').slice(0, 19)} UTC</time>
}

/** Widths in pixels: a small phone, and a desktop mail client. */
const WIDTHS = { phone: 360, desktop: 720 } as const
const HEIGHT = 800
export type MailWidth = keyof typeof WIDTHS

export function OutboxMailPage({ settings, mail, width }: { settings: Settings; mail: OutboxMail; width: MailWidth }) {
  const { id, at, transport, from, to, cc, subject, headers, text, attachments } = mail
  const fields = { From: from, To: to, ...(cc.length > 0 && { Cc: cc.join(', ') }), Subject: subject, ...headers }
  return (
    <Layout locale={locale} settings={settings} title={subject} robots="noindex">
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
        <Scrolled label="The mail as HTML">
          <iframe
            title="The mail as HTML"
            src={paths.outboxHtml(id)}
            width={WIDTHS[width]}
            height={HEIGHT}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
          />
        </Scrolled>
        <h2>Text</h2>
        <Scrolled label="The mail as text">
          <pre dir="auto">
            <Linked text={text} />
          </pre>
        </Scrolled>
        {attachments.length > 0 && <Attachments id={id} attachments={attachments} />}
        <Headers fields={fields} />
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

const Headers = ({ fields }: { fields: Record<string, string> }) => (
  <>
    <h2>Headers</h2>
    <dl class="facts">
      {Object.entries(fields).map(([name, value]) => (
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
