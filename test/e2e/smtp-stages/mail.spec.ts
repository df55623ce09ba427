import { describeStage } from './describe-stage.js';

describeStage('mail');
