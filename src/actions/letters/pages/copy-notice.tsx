import { type Campaign, textIn } from '../../../campaigns/campaign.ts'
import { deliverableTargets } from '../../../campaigns/letters.ts'
import { formatList, translator } from '../../../kit/page-texts.ts'

/** Who else reads what somebody writes, and whether they see the writer's address: in Cc of a letter that goes alone everybody does. */
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
