import { type Campaign, textIn } from '../../../campaigns/campaign.ts'
import { deliverableTargets } from '../../../campaigns/letter-language.ts'
import { formatList, translator } from '../../../kit/page-texts.ts'

/** Names the readers of copies, and those in Cc of letters that go as single mails. People in Cc see the writer's address. */
export function CopyNotice({ locale, campaign }: { locale: string; campaign: Campaign }) {
  const t = translator(locale)
  const goesAlone = deliverableTargets(campaign).some(({ ladder }) => ladder.includes('each'))
  const namesOf = (inCc: boolean) =>
    campaign.copies.flatMap(({ name, channels, by }) =>
      channels.email && (by === 'cc' && goesAlone) === inCc ? [textIn(name, locale)] : [],
    )
  const [copies, cc] = [namesOf(false), namesOf(true)]
  return (
    <>
      {copies.length > 0 && ` ${t('writing.copies', { names: formatList(locale, copies) })}`}
      {cc.length > 0 && ` ${t('writing.cc', { names: formatList(locale, cc) })}`}
    </>
  )
}
