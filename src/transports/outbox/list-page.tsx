import type { Settings } from '../../env.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { paths } from '../../paths.ts'
import { TextField } from '../../web/form-fields.tsx'
import { Layout } from '../../web/layout.tsx'
import { OUTBOX_PAGE, type OutboxEntry, type OutboxShare } from './mail-store.ts'
import { Moment } from './moment.tsx'

// Viewer of captured mail: for developers, in English, and only available where no mail can leave the machine.

const locale = FALLBACK_LOCALE

/** What the list can be searched by: the fields of its form, and the dispatch of a line. '' for all mails. */
export type OutboxFields = Record<'to' | 'kind' | 'campaign' | 'locale' | 'dispatch', string>

type ListProps = {
  settings: Settings
  entries: readonly OutboxEntry[] // newest first
  shares: readonly OutboxShare[] // of all mails
  fields: OutboxFields
}

export function OutboxList({ settings, entries, shares, fields }: ListProps) {
  const last = entries.length === OUTBOX_PAGE ? entries.at(-1) : undefined
  const total = shares.reduce((sum, { mails }) => sum + mails, 0)
  const isSearched = Object.values(fields).some(Boolean)
  return (
    <Layout locale={locale} settings={settings} title="Outbox" robots="noindex" isLocal>
      <div class="flow">
        <h1>Outbox</h1>
        <p class="soft">
          {total === 1 ? '1 mail was' : `${total} mails were`} captured on this machine. None was sent.
        </p>
        <details open={isSearched}>
          <summary>Search by recipient, kind, campaign or language</summary>
          <form method="get" action={paths.outbox()} class="narrow">
            <TextField
              locale={locale}
              errors={[]}
              name="to"
              type="search"
              label="Recipient contains"
              value={fields.to}
            />
            <Choice name="kind" label="Kind" shares={shares} chosen={fields.kind} />
            <Choice name="campaign" label="Campaign" shares={shares} chosen={fields.campaign} />
            <Choice name="locale" label="Language" shares={shares} chosen={fields.locale} />
            <button type="submit">Search</button>
          </form>
        </details>
        {isSearched && (
          <p>
            <a class="target-size" href={paths.outbox()}>
              Show every mail
            </a>
          </p>
        )}
        {entries.length === 0 ? <p>{isSearched ? 'No such mail.' : 'Nothing yet.'}</p> : <Entries entries={entries} />}
        {last && (
          <p>
            <a class="target-size" href={paths.outbox({ ...fields, before: String(last.id) })}>
              Older mails
            </a>
          </p>
        )}
      </div>
    </Layout>
  )
}

type ChoiceProps = {
  name: 'kind' | 'campaign' | 'locale'
  label: string
  shares: readonly OutboxShare[]
  chosen: string
}

/** A choice among the values that occur, each with its number of mails. */
function Choice({ name, label, shares, chosen }: ChoiceProps) {
  const counts = new Map<string, number>()
  for (const share of shares) if (share[name]) counts.set(share[name], (counts.get(share[name]) ?? 0) + share.mails)
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">all</option>
        {[...counts].map(([value, mails]) => (
          <option value={value} selected={value === chosen}>
            {value} ({mails})
          </option>
        ))}
      </select>
    </div>
  )
}

/** One line a mail, or a dispatch in one language: the link leads to the mail, or to the list of its mails. */
const Entries = ({ entries }: { entries: readonly OutboxEntry[] }) => (
  <ul class="plain">
    {entries.map(({ id, at, to, subject, kind, campaign, locale: language, dispatch, mails }) => (
      <li>
        <a
          class="target-size"
          href={mails > 1 ? paths.outbox({ dispatch, kind, locale: language }) : paths.outboxMail(id)}
          dir="auto"
        >
          {subject}
        </a>{' '}
        <span class="small soft">
          <bdi>{mails > 1 ? `${mails} mails` : to}</bdi> · {[kind, campaign, language].map((one) => one && `${one} · `)}
          <Moment at={at} />
        </span>
      </li>
    ))}
  </ul>
)
