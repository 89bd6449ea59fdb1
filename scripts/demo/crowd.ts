import { demoPeople } from './people.ts'

/**
 * An invented person who writes a letter and possibly a message or a self-report. The addresses are of a reserved domain, so no mail can
 * reach them. Some of them are supporters, the others act without signing up.
 */
export type Actor = {
  page: string // language of the page they use
  email: string
  name: string
  place?: string
  country?: string
  sentence: string
  consent: ReadonlyArray<'shown' | 'updates'>
  support?: { text: string; shown: boolean } // a message to the workers
  reports?: 'own-mailbox' | 'paper' // a self-report of a letter sent without Tocsin
}

/** An invented organisation that endorses the appeal. */
export type Endorser = {
  page: string
  email: string
  organisation: string
  place: string
  signer: string
  role: string
}

/** First and second names by language. Every combination is used at most once. */
const NAMES: Record<string, { first: string[]; second: string[]; places: string[]; countries: string[] }> = {
  en: {
    first: ['Aldous', 'Brannoc', 'Cerys', 'Dorothea', 'Elspeth', 'Fergal'],
    second: ['Oakenshaw', 'Pennywhistle', 'Ravensbourne', 'Saltmarsh'],
    places: ['Farhaven', 'Upper Millbrook', 'Quayside'],
    countries: ['IE', 'GB', 'CA', 'NZ', ''],
  },
  ru: {
    first: ['Агафья', 'Богдан', 'Веселина', 'Горислав', 'Дарина', 'Ермолай'],
    second: ['Заречневы', 'Калинковы', 'Луговцовы', 'Морошкины'],
    places: ['Дальняя Гавань', 'Верхний Мельничный'],
    countries: ['KZ', 'LV', 'AM', 'GE', ''],
  },
  fr: {
    first: ['Aurélien', 'Bérénice', 'Cyprienne', 'Donatien', 'Églantine', 'Fulbert'],
    second: ['Chantemerle', 'Dubosquet-Vigne', 'L’Hermineau', 'Montgrain'],
    places: ['Port-Lointain', 'Moulin-le-Haut'],
    countries: ['FR', 'BE', 'CH', 'SN', ''],
  },
  es: {
    first: ['Adelaida', 'Baldomero', 'Casilda', 'Demetrio', 'Eulalia', 'Fabián'],
    second: ['Molinaseca', 'Nogueruelas', 'Ortigosa', 'Piedrahíta'],
    places: ['Puerto Lejano', 'Molino Alto'],
    countries: ['ES', 'AR', 'MX', 'UY', ''],
  },
  kk: {
    first: ['Айгерім', 'Бекзат', 'Гүлсезім', 'Дәурен', 'Еңлік', 'Жандос'],
    second: ['Көктөбе', 'Қарағайлы', 'Мойынты', 'Өзенбай'],
    places: ['Алыс Айлақ', 'Жоғарғы Диірмен'],
    countries: ['KZ', 'MN', 'UZ', ''],
  },
  ar: {
    first: ['أسيل', 'باسل', 'تماضر', 'جمانة', 'حازم', 'خولة'],
    second: ['الطواحيني', 'المينائي', 'الزعفراني', 'الكرماني'],
    places: ['الميناء البعيد', 'الطاحونة العليا'],
    countries: ['TN', 'JO', 'EG', ''],
  },
}

/** A sentence for letters in each language. The number makes each sentence unique. */
const SENTENCES: Record<string, (n: number) => string> = {
  en: (n) => `I bake on night shift no. ${n}, and an oven without a guard is no accident.`,
  ru: (n) => `Я пеку хлеб в ночной смене № ${n} и знаю, чего стоит печь без ограждения.`,
  fr: (n) => `Je cuis le pain dans l’équipe de nuit n° ${n} : un four sans protection n’est pas une fatalité.`,
  es: (n) => `Amaso en el turno de noche n.º ${n} y un horno sin protección no es mala suerte.`,
  kk: (n) => `Мен № ${n} түнгі ауысымда нан пісіремін, қорғанышсыз пештің не екенін білемін.`,
  ar: (n) => `أخبز في المناوبة الليلية رقم ${n}، وفرن بلا حاجز ليس قضاءً وقدرًا.`,
}

const MESSAGES: Record<string, (n: number) => string> = {
  en: (n) => `We are ${n} at our bakery, and we all stand with you.\nHold on.`,
  ru: (n) => `Нас в пекарне ${n}, и все мы с вами.\nДержитесь.`,
  fr: (n) => `Nous sommes ${n} au fournil, et tous avec vous.\nTenez bon.`,
  es: (n) => `Somos ${n} en nuestro horno y estamos con vosotros.\nÁnimo.`,
  kk: (n) => `Наубайханада ${n} адамбыз, бәріміз сіздермен біргеміз.\nБерік болыңыздар.`,
  ar: (n) => `نحن ${n} في مخبزنا، وكلنا معكم.\nاثبتوا.`,
}

/** Number of people who act: the demonstration's sixty and others. */
const CROWD = 200

type Person = { page: string; email: string; name: string; country?: string }

function others(): Person[] {
  return Object.entries(NAMES).flatMap(([page, { first, second, countries }], at) =>
    first.flatMap((given, i) =>
      second.map((family, j) => {
        const country = countries[(i + j) % countries.length] ?? ''
        const email = `writer.${page}.${at}${i}${j}@example.org`
        return { page, email, name: `${given} ${family}`, ...(country !== '' && { country }) }
      }),
    ),
  )
}

/** Two hundred people in six languages. A person's index decides what they do besides the letter. */
export const actors: readonly Actor[] = [
  ...demoPeople.map(({ page, email, name = 'Night shift 19', country }) => ({
    page,
    email,
    name,
    ...(country !== undefined && { country }),
  })),
  ...others(),
]
  .slice(0, CROWD)
  .map((one, n): Actor => {
    const { places = [] } = NAMES[one.page] ?? {}
    const place = n % 3 === 0 ? places[n % places.length] : undefined
    const text = MESSAGES[one.page]?.(n + 2)
    return {
      ...one,
      ...(place !== undefined && { place }),
      sentence: SENTENCES[one.page]?.(n + 1) ?? '',
      consent: [...(n % 2 === 0 ? (['shown'] as const) : []), ...(n % 5 === 0 ? (['updates'] as const) : [])],
      ...(n % 4 === 0 && text !== undefined && { support: { text, shown: n % 8 === 0 } }),
      ...(n % 10 === 3 && { reports: n % 20 === 3 ? ('own-mailbox' as const) : ('paper' as const) }),
    }
  })

export const endorsers: readonly Endorser[] = [
  ['en', 'Farhaven Bakers’ Branch', 'Farhaven', 'Morwenna Tallow', 'secretary'],
  ['ru', 'Профком хлебозавода «Дальняя Гавань»', 'Дальняя Гавань', 'Прохор Закваскин', 'председатель'],
  ['fr', 'Syndicat des fournils de Port-Lointain', 'Port-Lointain', 'Solange Levainier', 'déléguée'],
  ['es', 'Sindicato de Panaderos del Molino Alto', 'Molino Alto', 'Remedios Harinera', 'secretaria general'],
  ['kk', 'Алыс Айлақ наубайшылар одағы', 'Алыс Айлақ', 'Нұрлан Нанбаев', 'төраға'],
  ['ar', 'نقابة خبّازي الميناء البعيد', 'الميناء البعيد', 'سلوى الخميري', 'الأمينة العامة'],
].map(([page = '', organisation = '', place = '', signer = '', role = ''], n) => ({
  page,
  email: `office${n}@union.example.org`,
  organisation,
  place,
  signer,
  role,
}))
