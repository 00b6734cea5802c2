import { expect, test } from 'vitest';
import { nextStep, readTour, STEPS, type TourStorage, TourStore, withStep } from './steps.ts';

function storage(kept?: string): TourStorage & { readonly kept: () => string | undefined } {
  let text = kept;
  return {
    getItem: () => text ?? null,
    setItem: (_name, value) => (text = value),
    kept: () => text,
  };
}

test('steps are offered in their order, and count in any', () => {
  let tour = readTour(storage());
  expect(nextStep(tour)).toBe('watched');
  tour = withStep(tour, 'verified');
  tour = withStep(tour, 'watched');
  expect(tour.done).toEqual(['watched', 'verified']);
  expect(nextStep(tour)).toBe('denied');
  for (const step of STEPS) tour = withStep(tour, step);
  expect(nextStep(tour)).toBeUndefined();
});

test('what was done is there when the browser comes back', () => {
  const place = storage();
  const first = new TourStore(place);
  first.reach('denied');
  first.end();
  expect(new TourStore(place).now()).toEqual({ done: ['denied'], isOver: true });
});

test.each(['', '{', 'null', '7', '"x"', '[]', '{"done":"all"}', '{"done":null}'])(
  'what stands there otherwise, %s, is a new beginning',
  (text) => {
    expect(readTour(storage(text))).toEqual({ done: [], isOver: false });
  },
);

test('steps that nobody knows are forgotten', () => {
  expect(readTour(storage('{"done":["flown","denied","denied"]}'))).toEqual({
    done: ['denied'],
    isOver: false,
  });
});

test('a browser that keeps nothing, or refuses to, has them until it is closed', () => {
  const refusing: TourStorage = {
    getItem() {
      throw new Error('no');
    },
    setItem() {
      throw new Error('no');
    },
  };
  const store = new TourStore(refusing);
  store.reach('watched');
  expect(store.now().done).toEqual(['watched']);
});

test('listeners are told of changes, and of nothing else', () => {
  const store = new TourStore(storage());
  let told = 0;
  const forget = store.subscribe(() => (told += 1));
  store.reach('watched');
  store.reach('watched');
  expect(told).toBe(1);
  forget();
  store.begin();
  expect(told).toBe(1);
});
