import { directionOf } from '../../kit/locales.ts'
import { translator } from '../../kit/page-texts.ts'
import { ProseView } from '../text/prose-view.tsx'
import type { LetterSheet } from './letter-sheet.ts'

/** The printed letter to one target, in the target's language. */
export function Sheet({ sheet }: { sheet: LetterSheet }) {
  const { locale, title, letter, demands, origin } = sheet
  return (
    <div class="sheet flow" lang={locale} dir={directionOf(locale)}>
      <Warnings of={sheet.warnings} />
      <div class="heads">
        {sheet.post && (
          <address>
            <Lines of={[...sheet.addressee, ...sheet.post]} />
          </address>
        )}
        {sheet.fax && <FaxHeader sheet={sheet} numbers={sheet.fax} />}
      </div>
      <p>
        <strong>{title}</strong>
      </p>
      <p>{sheet.salutation}</p>
      {letter && <ProseView prose={letter} />}
      {demands && (
        <>
          <p>{demands.lead}</p>
          <ol>
            {demands.items.map((demand) => (
              <li>{demand}</li>
            ))}
          </ol>
        </>
      )}
      {sheet.live && <ToFillIn language={locale} />}
      <p class="origin">
        {origin.lead} <bdi dir="ltr">{origin.url}</bdi>
      </p>
    </div>
  )
}

function Warnings({ of }: { of: LetterSheet['warnings'] }) {
  if (of.length === 0) return null
  return (
    <div class="notes">
      {of.map(({ locale, text }) => (
        <p class="note" lang={locale} dir={directionOf(locale)}>
          <strong>{text}</strong>
        </p>
      ))}
    </div>
  )
}

function FaxHeader({
  sheet: { locale, addressee, live },
  numbers,
}: {
  sheet: LetterSheet
  numbers: readonly string[]
}) {
  const t = translator(locale)
  return (
    <dl class="facts fax">
      <dt>{t('channel.fax')}</dt>
      {numbers.map((number) => (
        <dd>
          <bdi dir="ltr">{number}</bdi>
        </dd>
      ))}
      <dt>{t('sheet.to')}</dt>
      <dd>
        <Lines of={addressee} />
      </dd>
      {live && (
        <>
          <dt>{t('sheet.from')}</dt>
          <dd class="blank" />
          <dt>{t('sheet.pages')}</dt>
          <dd class="blank" />
        </>
      )}
    </dl>
  )
}

const Lines = ({ of }: { of: readonly string[] }) => (
  <>
    {of.map((line, index) => (
      <>
        {index > 0 && <br />}
        {line}
      </>
    ))}
  </>
)

/** Blank lines for the writer's own sentence, name and signature. */
function ToFillIn({ language }: { language: string }) {
  const t = translator(language)
  return (
    <>
      <div class="own-words">
        <p>{t('sheet.own-words')}</p>
        <div class="blank" />
      </div>
      <dl class="signing">
        {['name', 'place', 'date', 'signature'].map((field) => (
          <div>
            <dt>{t(`sheet.${field}`)}</dt>
            <dd class="blank" />
          </div>
        ))}
      </dl>
    </>
  )
}
