// What each exercise of the library looks like.
import { motif } from "./motifs.mjs";
import { allFours, bridge, chair, crossLegged, lyingKneesBent, onChair, onHeels } from "./poses.mjs";

const pelvis = [{ on: "hip", radius: 21 }];

const kegel = {
  "quick-pulses": { center: 86, pose: onChair, props: chair, focus: pelvis, motif: motif.pulses(142, 30) },
  "long-holds": { pose: lyingKneesBent, focus: pelvis, motif: motif.plateaus(142, 18) },
  elevator: { center: 86, pose: onChair, props: chair, focus: pelvis, motif: motif.floors(142, 30) },
  "wide-release": {
    pose: { ...lyingKneesBent, leg: { at: [[41, 23], [47, 4]], foot: 0 }, otherLeg: undefined, arm: { a: [-14, 4] } },
    props: [{ points: [[34, 7], [48, 7]], width: 12 }],
    focus: pelvis,
    motif: motif.widening(142, 20),
  },
  wave: {
    center: 82, top: true,
    pose: { hip: [14, 2], spine: [186, 176], head: 172, arm: { a: [190, 168] }, otherArm: { a: [300, 200] }, leg: { a: [318, 210] }, otherLeg: { a: [310, 216] } },
    focus: pelvis,
    motif: motif.wave(142, 36),
  },
  "bridge-lift": { pose: bridge, focus: pelvis, arrows: [{ start: [8, 58], end: [8, 84] }] },
};

const mobility = {
  "cat-and-cow": {
    pose: { ...allFours, spine: [44, -20], head: -58 },
    ghosts: [{ ...allFours, spine: [-14, 36], head: 48 }],
    arrows: [{ start: [0, 64], end: [0, 88] }],
  },
  "hip-switch": {
    pose: {
      front: true, hip: [0, 10], spine: [90, 90], arm: { to: [30, 4], bend: 1 }, otherArm: { to: [-30, 4], bend: -1 },
      leg: { at: [[31, 10], [52, 5]], foot: 0, footLength: 6 }, otherLeg: { at: [[13, 19], [-14, 6]], foot: 200, footLength: 6 },
    },
    arrows: [{ start: [40, 34], end: [62, 18], bow: 5 }, { start: [-40, 34], end: [-62, 18], bow: -5 }],
  },
  "open-book": {
    top: true,
    pose: { hip: [16, 2], spine: [180, 176], head: 178, arm: { a: [96, 92] }, otherArm: { a: [272, 270] }, leg: { a: [296, 20] }, otherLeg: { a: [290, 24] } },
    arrows: [{ start: [-44, -36], end: [-44, 40], bow: 14 }],
  },
  "ankle-rock": {
    pose: { hip: [-2, 34], spine: [86, 84], head: 82, arm: { to: [27, 38], bend: -1 }, leg: { at: [[24, 33], [18, 4]], foot: 0 }, otherLeg: { at: [[-6, 5.5], [-34, 4]], foot: 182 } },
    focus: [{ on: [19, 8], radius: 14 }],
    arrows: [{ start: [38, 32], end: [62, 28] }],
  },
  "deep-squat": {
    pose: {
      front: true, hip: [0, 19], spine: [90, 90], arm: { at: [[19, 43], [2, 50]] }, otherArm: { at: [[-19, 43], [-2, 50]] },
      leg: { at: [[30, 30], [25, 4]], foot: -10, footLength: 7 }, otherLeg: { at: [[-30, 30], [-25, 4]], foot: 190, footLength: 7 },
    },
    arrows: [{ start: [56, 62], end: [56, 36] }],
  },
};

const yoga = {
  mountain: {
    pose: {
      front: true, hip: [0, 60.5], spine: [90, 90], arm: { a: [76, 86] }, otherArm: { a: [104, 94] },
      leg: { a: [275, 271], foot: -25, footLength: 6 }, otherLeg: { a: [265, 269], foot: 205, footLength: 6 },
    },
    arrows: [{ start: [42, 84], end: [42, 114] }, { start: [-42, 84], end: [-42, 114] }],
  },
  "downward-dog": {
    pose: { hip: [0, 53], spine: [-41, -41], head: -68, arm: { a: [-41, -41] }, leg: { to: [-27, 3.5], bend: 1 }, otherLeg: { to: [-34, 3.5], bend: 1 } },
    arrows: [{ start: [-6, 72], end: [-20, 92] }],
  },
  "low-lunge": {
    pose: { hip: [0, 23], spine: [92, 96], head: 92, arm: { a: [68, 78] }, otherArm: { a: [80, 88] }, leg: { to: [36, 3.5], bend: 1 }, otherLeg: { at: [[-22, 5.5], [-50, 4]], foot: 182 } },
    arrows: [{ start: [-26, 44], end: [-26, 24] }],
  },
  "warrior-two": {
    pose: {
      front: true, hip: [0, 41], spine: [90, 90], arm: { a: [0, 0] }, otherArm: { a: [180, 180] },
      leg: { at: [[34, 33], [34, 4]], foot: 0 }, otherLeg: { to: [-47, 4], bend: 1, foot: 205, footLength: 7 },
    },
    arrows: [{ start: [56, 77], end: [76, 77] }, { start: [-56, 77], end: [-76, 77] }],
  },
  triangle: {
    pose: {
      front: true, hip: [0, 50], spine: [32, 10], head: 8, arm: { a: [268, 268] }, otherArm: { a: [92, 92] },
      leg: { to: [40, 4], bend: 1, foot: 0, footLength: 9 }, otherLeg: { to: [-29, 4], bend: 1, foot: 205, footLength: 7 },
    },
    arrows: [{ start: [6, 84], end: [24, 104], bow: 3 }],
  },
  cobra: {
    pose: { hip: [0, 8.6], spine: [12, 50], head: 66, arm: { to: [36, 3], bend: -1 }, leg: { a: [183, 181], foot: 180 } },
    arrows: [{ start: [58, 22], end: [56, 50], bow: -5 }],
  },
  "childs-pose": {
    pose: { hip: [-22, 20], spine: [-4, -24], head: -14, arm: { to: [50, 3], bend: 1 }, leg: { at: [[6, 6], [-22, 4]], foot: 182 } },
    focus: [{ on: "waist", radius: 24 }],
  },
};

const stretching = {
  "standing-quad": {
    pose: {
      hip: [0, 60.5], spine: [90, 88], head: 88, arm: { to: [-19, 62], bend: 1 }, otherArm: { a: [-12, 12] },
      leg: { a: [257, 110], foot: 118 }, otherLeg: { a: [270, 270] },
    },
    props: [{ points: [[43, 0], [43, 128]] }],
    focus: [{ on: [3, 46], radius: 18 }],
  },
  "lying-hamstring": {
    pose: { hip: [14, 8.6], spine: [180, 180], head: 178, arm: { to: [10, 34], bend: -1 }, leg: { a: [88, 86], foot: 178 }, otherLeg: { a: [-4, 0], foot: 78 } },
    focus: [{ on: [18, 30], radius: 20 }],
    arrows: [{ start: [44, 70], end: [30, 74], bow: -3 }],
  },
  "figure-four": {
    pose: { hip: [10, 8.6], spine: [180, 180], head: 178, arm: { to: [9, 30], bend: 1 }, leg: { a: [76, 2], foot: 88 }, otherLeg: { at: [[36, 24], [14, 42]], foot: 118, footLength: 9 } },
    focus: [{ on: [16, 12], radius: 22 }],
  },
  "wall-calf": {
    pose: { hip: [-2, 54], spine: [72, 76], head: 80, arm: { to: [43, 88], bend: -1 }, leg: { to: [-27, 3.5], bend: 1 }, otherLeg: { to: [17, 3.5], bend: 1 } },
    props: [{ points: [[47, 0], [47, 128]] }],
    focus: [{ on: [-20, 20], radius: 17 }],
  },
  "lying-twist": {
    top: true,
    pose: { front: true, hip: [14, 2], spine: [180, 180], arm: { a: [94, 90] }, otherArm: { a: [266, 270] }, leg: { a: [300, 8], foot: 20 }, otherLeg: { a: [288, 4], foot: 10 } },
    arrows: [{ start: [54, 26], end: [60, -2], bow: 6 }],
  },
  "seated-side-reach": {
    pose: { ...crossLegged, spine: [98, 116], head: 122, arm: { a: [98, 146] }, otherArm: { to: [-44, 4], bend: -1 } },
    focus: [{ on: [4, 34], radius: 18 }],
    arrows: [{ start: [-24, 98], end: [-52, 88], bow: 4 }],
  },
};

const raised = { hip: [4, 8.6], spine: [180, 156], head: 138 };
const pilates = {
  "the-hundred": {
    pose: { ...raised, arm: { a: [24, 14] }, leg: { a: [40, 38], foot: 36 } },
    arrows: [{ start: [6, 62], end: [6, 42], both: true }],
  },
  "shoulder-bridge": {
    pose: bridge,
    ghosts: [{ ...lyingKneesBent, hip: [17, 8.6], leg: { to: [36, 3.5], bend: 1 }, otherLeg: undefined }],
    arrows: [{ start: [-10, 44], end: [4, 62], bow: 4 }],
  },
  "single-leg-stretch": {
    pose: { ...raised, arm: { to: [-6, 40], bend: 1 }, leg: { a: [106, 338], foot: -30 }, otherLeg: { a: [24, 22], foot: 20 } },
    arrows: [{ start: [34, 40], end: [58, 49] }],
  },
  "side-leg-lift": {
    pose: { hip: [0, 9], spine: [180, 178], head: 172, arm: { a: [192, 174] }, otherArm: { at: [[-22, 12], [-14, 3]] }, leg: { a: [27, 27], foot: 40 }, otherLeg: { a: [-5, -2], foot: 20 } },
    arrows: [{ start: [68, 16], end: [66, 38], bow: -4 }],
  },
  swimming: {
    pose: { hip: [0, 8.6], spine: [3, 14], head: 10, arm: { a: [24, 20] }, otherArm: { a: [-12, -4] }, leg: { a: [184, 181], foot: 182 }, otherLeg: { a: [164, 162], foot: 164 } },
    arrows: [{ start: [78, 38], end: [78, 56] }, { start: [-62, 36], end: [-62, 54] }],
  },
  "forearm-plank": {
    pose: { hip: [-2, 19], spine: [8, 8], head: 4, arm: { at: [[33, 4.5], [54, 3.5]] }, leg: { a: [189, 189], foot: 262, footLength: 6 } },
    arrows: [{ start: [-56, 40], end: [42, 54], both: true }],
  },
};

const breathwork = {
  "belly-breathing": {
    pose: { ...lyingKneesBent, arm: { at: [[-8, 22], [9, 20]] } },
    focus: [{ on: [6, 10], radius: 22 }],
    motif: motif.ripples(80, 40),
  },
  "even-breathing": { center: 86, pose: crossLegged, focus: [{ on: [0, 34], radius: 23 }], motif: motif.even(142, 34) },
  "long-exhale": { center: 86, pose: onChair, props: chair, focus: [{ on: [0, 58], radius: 22 }], motif: motif.longOut(142, 30) },
  "box-breathing": { center: 86, pose: crossLegged, focus: [{ on: [0, 34], radius: 23 }], motif: motif.square(146, 32) },
  "double-inhale": { center: 92, pose: onHeels, focus: [{ on: [-8, 45], radius: 22 }], motif: motif.twoSteps(142, 34) },
};

/** Every drawing, by the exercise's key. */
export const DRAWINGS = { ...kegel, ...mobility, ...yoga, ...stretching, ...pilates, ...breathwork };
