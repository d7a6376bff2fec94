using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Awards;

public sealed class SigningTests
{
    [Fact]
    public async Task A_project_begins_when_all_is_signed_checked_and_adds_up()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        int version = await grants.Version(grant);
        await Blocked(AwardNeeds.AgreementUnsigned);
        int paper = await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, AwardNotation.Terms(withIndicator: false)));
        SignGrantPaper signs = new(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Lead);
        await grants.Lead.Run(signs);
        (await Blocked(AwardNeeds.AgreementUnsigned)).Facts["sides"].ShouldBe(new[] { Term.Of(GrantSide.Body) });
        await grants.L1.Run(signs with { Key = AwardNotation.Key, Side = GrantSide.Body });
        await Blocked(AwardNeeds.DutyUnsigned);
        await grants.Lead.Run(signs with { Key = AwardNotation.Key, Paper = GrantPaper.Duty });
        await grants.FinLead.Run(signs with { Key = AwardNotation.Key, Paper = GrantPaper.Duty, Side = GrantSide.FinLead });
        await Blocked(AwardNeeds.NoPayee);
        long unchecked_ = await grants.Account(isChecked: false);
        await grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, unchecked_, PayeeKind.Committee));
        await Blocked(AwardNeeds.PayeeUnchecked);
        await body.Reviewer.Run(new CommunityFund.Payments.CheckPayeeAccount(AwardNotation.Key, unchecked_));
        await Blocked(AwardNeeds.NoBaseline);

        // A new version asks for all signatures anew.
        paper = await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, AwardNotation.Terms()));
        await Blocked(AwardNeeds.AgreementUnsigned);
        (await AwardNotation.Refused(() => grants.Lead.Run(signs with { Key = AwardNotation.Key }))).Code.ShouldBe(SignGrantPaper.Rewritten);
        foreach (var (who, what, side) in new[]
        {
            (grants.Lead, GrantPaper.Agreement, GrantSide.Lead), (grants.Desk, GrantPaper.Agreement, GrantSide.Body),
            (grants.Lead, GrantPaper.Duty, GrantSide.Lead), (grants.FinLead, GrantPaper.Duty, GrantSide.FinLead),
        })
        {
            await who.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, what, side));
        }

        // Another account took the place of the one that was named, and cools for a day.
        long changed = await grants.Account(number: "33050161000000008888");
        await Blocked(AwardNeeds.PayeeEnded);
        await grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, changed, PayeeKind.Committee));
        await Blocked(AwardNeeds.PayeeCools);
        grants.Wait(1);
        body.Clock.Now += Duration.FromMinutes(1);
        (await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, version))).Happened.ShouldBeFalse();
        (await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, version))).Happened.ShouldBeTrue();
        (await grants.State(grant)).ShouldBe(GrantState.Active);
        (await grants.Case(grant)).DueOn.ShouldBe(new LocalDate(2026, 4, 10));
        GrantAgreementView view = await grants.Lead.Ask(new GrantAgreementPage(grant));
        view.Places.ShouldAllBe(place => place.At != null);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Fen(0), Amount.Yuan(6200)));
        await grants.ShouldBeClean();

        async Task<Refusal> Blocked(string code)
        {
            Refusal refused = await AwardNotation.Refused(() => grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, version)));
            refused.Code.ShouldBe(code);
            return refused;
        }
    }

    [Fact]
    public async Task What_is_written_adds_up_and_says_all()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        int version = await grants.Version(grant);
        AgreementTerms good = AwardNotation.Terms();
        await Says(AwardNeeds.TranchesUnequal, good with { Tranches = [good.Tranches[0]] });
        await Says(AgreementTerms.BudgetUnequal, good with { Budget = [good.Budget[0]] });
        await Says(AgreementTerms.BadDates, good with { EndsOn = good.StartsOn });
        await Says(AgreementTerms.BadTranche, good with { Tranches = [] });
        await Says(AgreementTerms.BadTranche, good with { Tranches = [good.Tranches[0], good.Tranches[1] with { Condition = "" }] });
        await Says(AgreementTerms.BadLine, good with { Budget = [good.Budget[0] with { What = "" }, good.Budget[1]] });
        await Says(AgreementTerms.BadIndicator, good with { Indicators = [new IndicatorTerm("用餐", "", "40 人")] });
        await Says(AgreementTerms.WordsMissing, good with { Returns = " " });
        (await AwardNotation.Refused(() => grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, 1, good)))).Code.ShouldBe(GrantMoves.Stale);
        long other = await grants.Ranked(2, "书屋");
        (await AwardNotation.Refused(async () => await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, other,
            await grants.Version(other), good))))
            .Code.ShouldBe(DraftAgreement.NotAwarded);

        async Task Says(string code, AgreementTerms terms) =>
            (await AwardNotation.Refused(() => grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, terms)))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task Everybody_signs_for_their_own_side_and_once()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        int version = await grants.Version(grant);
        SignGrantPaper signs = new(AwardNotation.Key, grant, version, 1, GrantPaper.Agreement, GrantSide.Lead);
        (await AwardNotation.Refused(() => grants.Lead.Run(signs))).Code.ShouldBe(SignGrantPaper.Nothing);
        await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, AwardNotation.Terms()));
        (await AwardNotation.Refused(() => grants.FinLead.Run(signs with { Key = AwardNotation.Key }))).Code.ShouldBe(GrantMoves.NotYours);
        (await AwardNotation.Refused(() => grants.Lead.Run(signs with
        {
            Key = AwardNotation.Key,
            Side = GrantSide.FinLead,
        }))).Code.ShouldBe(SignGrantPaper.OtherSide);
        (await AwardNotation.Refused(() => grants.Lead.Run(signs with
        {
            Key = AwardNotation.Key,
            Side = GrantSide.Body,
        }))).Code.ShouldBe(Need.Missing);
        (await AwardNotation.Refused(() => grants.Desk.Run(signs with { Key = AwardNotation.Key }))).Code.ShouldBe(SignGrantPaper.PaperMissing);
        await grants.Lead.Run(signs with { Key = AwardNotation.Key });
        (await AwardNotation.Refused(() => grants.Lead.Run(signs with { Key = AwardNotation.Key }))).Code.ShouldBe(SignGrantPaper.Before);

        // One person who would lead and keep the money signs nothing.
        await grants.Sql($"""
            alter table grant_case disable trigger user;
            update grant_case set fin_lead_id = null where grant_id = {grant};
            alter table grant_case enable trigger user
            """);
        (await AwardNotation.Refused(() => grants.Lead.Run(signs with
        {
            Key = AwardNotation.Key,
            Paper = GrantPaper.Duty,
        }))).Code.ShouldBe(AwardNeeds.OneLead);
        (await AwardNotation.Refused(() => grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, 99, PayeeKind.Supplier)))).Code
            .ShouldBe(NamePayee.Unknown);
        long own = await grants.Account("马大姐", PersonKind.Person, "6217000000000000001");
        (await AwardNotation.Refused(() => grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, own, PayeeKind.Supplier)))).Code
            .ShouldBe(AwardNeeds.PayeeIsPerson);
    }

    [Fact]
    public async Task Guards_that_the_commands_meet_first_speak_in_both_languages_too()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        GrantCase row = await grants.Case(grant);
        await using FundDb db = body.Db();
        GrantFacts facts = new(row, await db.Set<CommunityFund.Grants.Rounds.GrantRound>().SingleAsync(), new LocalDate(2026, 4, 1),
            body.Clock.Now, "", "",
            new CommunityFund.Grants.Applications.ApplicationFacts(), new CommunityFund.Grants.Meetings.MeetingFacts(),
            new AwardFacts(Award: 100, Tranches: 90, AgreementDue: new LocalDate(2026, 4, 9), WindowEnds: new LocalDate(2026, 4, 9),
                Payee: new PayeeFact(1, true, true, false, null)));
        foreach (var (refusal, code) in new[]
        {
            (AwardNeeds.TranchesSumToAward(facts), AwardNeeds.TranchesUnequal), (AwardNeeds.AgreementOverdue(facts), AwardNeeds.NotOverdue),
            (AwardNeeds.PayeeVerified(facts), AwardNeeds.PayeeIsPerson),
        })
        {
            (await AwardNotation.Refused(() => throw new RefusedException(refusal!))).Code.ShouldBe(code);
        }
    }

    [Fact]
    public async Task Notice_agreement_and_duty_contract_are_printed()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        await grants.Papers(grant);
        Words words = Words.From([typeof(Words).Assembly]);
        await using PdfPress press = new();
        GrantAgreementView view = await grants.Desk.Ask(new GrantAgreementPage(grant));
        NoticeView notice = (await grants.Desk.Ask(new NoticeDesk(grants.Round))).Notices[0];
        foreach (PaperSheet sheet in new[] { GrantPapers.Agreement(view, words), GrantPapers.Duty(view, words), GrantPapers.Notice(notice, words) })
        {
            byte[] pdf = await press.Print(sheet, words);
            pdf.Length.ShouldBeGreaterThan(10_000);
            if (Environment.GetEnvironmentVariable("KEEP_PDF") is { Length: > 0 } folder)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, sheet.FileName), pdf);
            }
        }
    }
}
