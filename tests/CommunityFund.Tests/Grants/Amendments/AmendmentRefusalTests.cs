using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Closings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Tranches;
using NodaTime;

namespace CommunityFund.Tests.Grants.Amendments;

/// <summary>What of amendments is refused to hostile, clumsy and related people.</summary>
public sealed class AmendmentRefusalTests
{
    [Fact]
    public async Task An_amendment_names_what_there_is_is_decided_by_others_and_stands_in_the_way_of_a_closing()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await PlanTests.Started(grants), other = await grants.Ranked(2, "童趣课堂", 4000);
        (await Refused(() => grants.Lead.Ask(new AmendmentPage(other)))).Code.ShouldBe(AmendmentPage.NothingAgreed);
        (await Refused(() => grants.Lead.Ask(new ClosingPage(other)))).Code.ShouldBe(ClosingPage.NeverRan);
        (await Refused(() => grants.Desk.Run(new ApproveAmendment(AwardNotation.Key, grant, 99)))).Code.ShouldBe(GrantAmendment.Unknown);
        (await Refused(() => grants.Desk.Run(new RejectAmendment(AwardNotation.Key, other, 1, "不同意")))).Code.ShouldBe(GrantAmendment.Unknown);

        Amount most = Amount.Fen(long.MaxValue), nothing = Amount.Fen(0);
        LocalDate soon = new(2026, 8, 1), later = new(2026, 10, 1);
        RequestAmendment form = new(AwardNotation.Key, grant, await grants.Version(grant), AmendmentKind.Shift, "餐具涨价",
            [new(1, "", Amount.Yuan(9000)), new(2, "", Amount.Yuan(3000))]);
        await grants.Sql($"""
            alter table role_grant disable trigger user;
            insert into role_grant (person_id, role, book_id, valid_from, granted_at) select p, r, 1, '2026-01-01', now()
              from (values ({grants.Id("l2")}, 'lead'), ({grants.Id("lead")}, 'desk')) x(p, r);
            alter table role_grant enable trigger user
            """);
        foreach ((FundSession by, RequestAmendment bad, string code) in new[]
        {
            (grants.L2, form, GrantMoves.NotYours), (grants.Lead, form with { Grant = 9999 }, GrantCase.Unknown),
            (grants.Lead, form with { Reason = new string('理', 501) }, RequestAmendment.ReasonMissing),
            (grants.Lead, form with { Lines = [new(77, "", Amount.Yuan(1))] }, AmendmentPlan.BadLine),
            (grants.Lead, form with { Lines = [new(1, "", Amount.Yuan(9000)), new(1, "", Amount.Yuan(9100))] }, AmendmentPlan.BadLine),
            (grants.Lead, form with { Lines = [new(1, "", most), new(2, "", most)] }, AmendmentPlan.BadLine),
            (grants.Lead, form with { Lines = [new(1, "", Amount.Of(9000, Commodity.Hour)), new(2, "", Amount.Yuan(3000))] }, AmendmentPlan.BadLine),
            (grants.Lead, form with { Lines = [new(1, "", Amount.Yuan(9000)), new(0, new string('车', 101), Amount.Yuan(1000))] }, AmendmentPlan.BadLine),
            (grants.Lead, form with { Kind = AmendmentKind.Extend, EndsOn = LocalDate.MaxIsoValue }, AmendmentPlan.BadEnd),
            (grants.Lead, form with { Kind = AmendmentKind.Extend, EndsOn = later, Tranches = [new(9, nothing, soon, later, "")] }, AmendmentPlan.BadTranche),
            (grants.Lead, form with { Kind = AmendmentKind.Extend, EndsOn = later, Tranches = [new(2, nothing, soon, LocalDate.MaxIsoValue, "")] },
                AmendmentPlan.BadTranche),
            (grants.Lead, form with { Kind = AmendmentKind.Team, Lead = 9999 }, CommunityFund.Grants.Applications.TeamForm.WithoutRole),
            (grants.Lead, form with { Kind = AmendmentKind.AmountUp, Lines = [new(1, "", Amount.Yuan(11000))], Tranches = [new(2, most, soon, later, "")] },
                AmendmentPlan.BadTranche),
        })
        {
            (await Refused(() => by.Run(bad with { Key = AwardNotation.Key }))).Code.ShouldBe(code);
        }

        await grants.Lead.Run(form);
        await grants.Lead.Run(form);
        (await Refused(() => grants.Lead.Run(new ApproveAmendment(AwardNotation.Key, grant, 1)))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.Lead.Run(new RejectAmendment(AwardNotation.Key, grant, 1, "不")))).Code.ShouldBe(GrantMoves.Related);
        (await Refused(() => grants.L2.Run(new WithdrawAmendment(AwardNotation.Key, grant, 1)))).Code.ShouldBe(GrantMoves.NotYours);
        (await Refused(() => grants.Desk.Run(new RejectAmendment(AwardNotation.Key, grant, 1, new string('不', 501))))).Code.ShouldBe(RejectAmendment.ReplyMissing);
        (await Refused(async () => await grants.Lead.Run(new StartClosing(AwardNotation.Key, grant, await grants.Version(grant)))))
            .ShouldSay(ClosingNeeds.Amending, "第 1 次变更", "amendment 1");
        await grants.Lead.Run(new WithdrawAmendment(AwardNotation.Key, grant, 1));
        (await Refused(() => grants.Lead.Run(new WithdrawAmendment(AwardNotation.Key, grant, 1)))).Code.ShouldBe(AmendmentNeeds.Decided);

        // Work that was reopened gets neither time nor money.
        await grants.Sql($"insert into grant_reopening values (1, {grant}, '2026-04-11', '2026-05-11', {grants.Id("desk")}, now())");
        (await Refused(() => grants.Lead.Run(form with { Key = AwardNotation.Key, Kind = AmendmentKind.Extend, EndsOn = later })))
            .Code.ShouldBe(AmendmentNeeds.WasReopened);
        await grants.ShouldBeClean();
    }

    private static Task<Refusal> Refused(Func<Task> act) => AwardNotation.Refused(act);
}
