import { type Campaign, textIn } from '../../campaigns/campaign.ts'
import { dayIn } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { countryName } from '../../kit/names.ts'
import { textsIn } from '../../kit/page-texts.ts'
import { Lines } from '../../web/text-lines.tsx'
import type { Voice } from './submission.ts'

/** Something that was said, field by field and whole, for its author and for the moderator. */
export function VoiceView({ locale, campaign, said }: { locale: string; campaign: Campaign; said: Voice }) {
  const t = textsIn(locale)
  return (
    <section class="flow">
      <h2>{t(`voice-kind.${said.kind}`)}</h2>
      <dl class="facts">
        {factsOf(locale, campaign, said).map(([label, value]) => (
          <>
            <dt>{t(label)}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </>
        ))}
      </dl>
      {'text' in said && (
        <blockquote class="flow" {...(said.kind === 'reply' && { lang: said.locale, dir: directionOf(said.locale) })}>
          <Lines text={said.text} />
        </blockquote>
      )}
    </section>
  )
}

function factsOf(locale: string, campaign: Campaign, said: Voice): Array<[label: string, value: string]> {
  const t = textsIn(locale)
  const country: Array<[string, string]> =
    'country' in said && said.country !== undefined ? [['form.country', countryName(locale, said.country)]] : []
  switch (said.kind) {
    case 'support':
      return [
        ['form.name', said.name],
        ...(said.place === undefined ? [] : ([['writing.place', said.place]] satisfies Array<[string, string]>)),
        ...country,
        ['supporting.shown-legend', t(said.shown ? 'supporting.shown-yes' : 'supporting.shown-no')],
      ]
    case 'endorsement':
      return [
        ['endorsing.organisation', said.organisation],
        ['endorsing.place', said.place],
        ...country,
        ['endorsing.signer', said.signer],
        ['endorsing.role', said.role],
      ]
    case 'reply': {
      const target = campaign.targets.find(({ id }) => id === said.target)
      return [
        ['voice-kind.by', target === undefined ? said.target : textIn(target.role, locale)],
        ['sheet.date', dayIn(locale, said.date)],
      ]
    }
  }
}
