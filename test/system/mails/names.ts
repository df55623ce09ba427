/** Names of people in the scripts that mails are read in, each with what is odd about it. */
export const NAMES = [
  ['Latin with diacritics', 'Łukasz Żółć-Ångström'],
  ['Latin with quotes', 'Seán "Mac" O’Brien & Sons <x>'],
  ['Greek', 'Ελένη Παπαδοπούλου'],
  ['Cyrillic', 'Святослав Їжакевич'],
  ['Arabic', 'محمد بن عبد الله'],
  ['Hebrew', 'יעל בן־דוד'],
  ['Devanagari', 'क्षितिज श्रीवास्तव'],
  ['Thai', 'ศิริพร วงศ์สวัสดิ์'],
  ['Chinese', '歐陽修文'],
  ['Japanese', '髙橋 さくら'],
  ['Korean', '김서연'],
  ['Persian with a joiner', 'علی‌رضا مهرداد'],
] as const;
