import { translator } from '../kit/page-texts.ts'
import { paths } from '../paths.ts'
import { MessagePage, type PageProps } from './message-pages.tsx'

export type LinkProblem = 'malformed' | 'expired' | 'left-since' | 'complained'

export function LinkProblemPage({ kind, ...page }: PageProps & { kind: LinkProblem }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`problem.${kind}.title`)} lead={t(`problem.${kind}.lead`)} {...page}>
      {kind !== 'complained' && (
        <p>
          <a class="button" href={paths.signUp(page.locale)}>
            {t('problem.sign-up')}
          </a>
        </p>
      )}
      <p>
        <a class="target-size" href={paths.myData(page.locale)}>
          {t('problem.my-data')}
        </a>
      </p>
    </MessagePage>
  )
}
