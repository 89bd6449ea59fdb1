import type { Settings } from '../../env.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { paths } from '../../paths.ts'
import { TextField } from '../../web/form-fields.tsx'
import { Layout } from '../../web/layout.tsx'
import { Moment } from './moment.tsx'
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
