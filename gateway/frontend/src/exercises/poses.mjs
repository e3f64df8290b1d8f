// Positions that several exercises share.

const STANDING_FOOT = 3.5;

export const lyingKneesBent = {
  hip: [20, 8.6], spine: [180, 180], arm: { a: [-6, -2] }, leg: { to: [50, STANDING_FOOT], bend: 1 }, otherLeg: { to: [57, STANDING_FOOT], bend: 1 },
};

export const onChair = {
  hip: [0, 34], spine: [91, 90], head: 86, arm: { to: [23, 41], bend: -1 }, leg: { a: [-2, 269] }, otherLeg: { a: [2, 262] },
};

/** A chair under `onChair`. */
export const chair = [{ points: [[-14, 22], [16, 22]], width: 5 }, { points: [[-12, 22], [-15, 0]] }, { points: [[13, 22], [16, 0]] }, { points: [[-13, 22], [-18, 64]] }];

export const onHeels = {
  hip: [-8, 20], spine: [90, 88], head: 86, arm: { to: [13, 24], bend: -1 }, leg: { at: [[19, 6], [-9, 4]], foot: 182 },
};

export const crossLegged = {
  front: true, hip: [0, 10], spine: [90, 90],
  arm: { to: [29, 14], bend: 1 }, otherArm: { to: [-29, 14], bend: -1 },
  leg: { at: [[31, 8], [1, 5]], foot: 185, footLength: 7 }, otherLeg: { at: [[-31, 8], [-1, 5]], foot: -5, footLength: 7 },
};

export const allFours = {
  hip: [-20, 34], spine: [11, 11], head: 2, arm: { a: [270, 270] }, leg: { at: [[-20, 5.5], [-48, 4]], foot: 182 },
};

export const bridge = {
  hip: [8, 31], spine: [218, 220], head: 182, arm: { a: [-6, -2] }, leg: { to: [36, STANDING_FOOT], bend: 1 }, otherLeg: { to: [42, STANDING_FOOT], bend: 1 },
};

export const standing = {
  hip: [0, 60.5], spine: [90, 90], arm: { a: [272, 276] }, leg: { a: [269, 269] },
};
