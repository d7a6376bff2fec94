using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Registers;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.Tests.Grants.Awards;
using NodaTime;

namespace CommunityFund.Tests.Grants.Registers;

/// <summary>What the register of exceptions says of one pair of hands beside the steps of a request, and of lines that are over.</summary>
public sealed class HandsTests
{
    [Fact]
    public async Task One_person_who_decides_and_does_more_of_the_same_thing_is_listed_with_both_steps()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        AwardNotation grants = paid.Grants;
        long reviewer = 2, fin = grants.Id("fin");
        await grants.Sql($"""
            alter table role_grant disable trigger user;
            insert into role_grant (person_id, role, book_id, valid_from, granted_at) select p, r, 1, '2026-01-01', now()
              from (values ({reviewer}, 'desk'), ({reviewer}, 'approver-l2'), ({grants.Id("steer")}, 'desk')) x(p, r);
            alter table role_grant enable trigger user
            """);

        // The lead shifts a tenth alone, and the reviewer of vouchers decides about receipts.
        await grants.Lead.Run(new RequestAmendment(TestBody.Key, paid.Grant, await grants.Version(paid.Grant), AmendmentKind.Shift, "餐具涨价",
            [new(1, "", Amount.Yuan(9800)), new(2, "", Amount.Yuan(2200))]));
        await paid.Submit(1, (await paid.Receipt(2300, line: 2), 2300), (await paid.Receipt(500), 500));
        Since(await Of(body)).ShouldBe([(GrantException.OverLine, Amount.Yuan(100), "张蓉", null, null, true), Shift], ignoreOrder: true);
        Tranche row = await paid.Tranche(1);
        await body.Reviewer.Run(new ReviewAcquittalLines(TestBody.Key, row.TrancheId, row.StateVersion, [new LineDecision(1, true), new LineDecision(2, true)]));
        await body.Review(await paid.Book(1));
        ExceptionRegisterView view = await Of(body);
        Since(view).ShouldBe(
        [
            (GrantException.OverLine, Amount.Yuan(100), "吴审核", null, null, false), Shift,
            (GrantException.SameHands, Amount.Yuan(2800), "吴审核", GrantHand.AccountDecided, GrantHand.AccountReviewed, false),
        ], ignoreOrder: true);
        view.Rows.Where(each => each.Hand == GrantHand.AccountReviewed || each.Kind == GrantException.OverLine).ShouldAllBe(each => each.Voucher != null && each.No == 1);
        view.Rows.Single(each => each.Kind == GrantException.OverLine).Reason.ShouldBe("餐具");

        // Of an end and its claim too: who proposed it signs it, who signed the demand reviews its voucher, who stopped the grant lets it go on.
        await grants.Desk.Run(new SuspendGrant(TestBody.Key, paid.Grant, await grants.Version(paid.Grant), SuspensionCause.Complaint, "居民投诉"));
        await grants.Desk.Run(new ResumeGrant(TestBody.Key, paid.Grant, await grants.Version(paid.Grant), "已整改"));
        LocalDate today = paid.Today;
        await grants.Steer.Run(new RecordHearing(TestBody.Key, paid.Grant, today.PlusDays(-6), today.PlusDays(-1), true, "停办"));
        await grants.Panel.Run(new ProposeTermination(TestBody.Key, paid.Grant, TerminationCause.Breach, "活动停办"));
        foreach (FundSession signs in new[] { grants.Steer, grants.L2 })
        {
            await signs.Run(new TerminateGrant(TestBody.Key, paid.Grant, await grants.Version(paid.Grant), "活动停办", "决议〔2026〕15号"));
        }

        grants.Wait(31);
        long demand = await body.Accountant.Run(new DraftDemand(TestBody.Key, paid.Grant, await grants.Version(paid.Grant), paid.Today.PlusDays(15), "应退"));
        await body.Reviewer.Run(new SignDemand(TestBody.Key, demand));
        await body.Review(await body.Accountant.Run(new PrepareDemand(TestBody.Key, demand)));
        view = await Of(body);
        Since(view).Where(each => each.Hand is not (null or GrantHand.AccountReviewed or GrantHand.AmendmentDecided)).ShouldBe(
        [
            (GrantException.SameHands, null, "陆主任", GrantHand.LeadHeard, GrantHand.EndSigned, false),
            (GrantException.SameHands, null, "高敏", GrantHand.GrantSuspended, GrantHand.GrantResumed, false),
            (GrantException.SameHands, Amount.Yuan(4400), "吴审核", GrantHand.DemandSigned, GrantHand.DemandReviewed, false),
        ], ignoreOrder: true);
        (await body.FinanceOfficer.Ask(new ExceptionRegister(new RegisterFilter(), Since: paid.Today.PlusDays(1)))).Rows
            .ShouldAllBe(each => each.Kind != GrantException.SameHands);
        RegisterTests.Says(RegisterTable.Of(view, RegisterTests.Spoken));
        await grants.ShouldBeClean();
    }

    private static (GrantException, Amount?, string, GrantHand?, GrantHand?, bool) Shift =>
        (GrantException.SameHands, null, "石磊", GrantHand.AmendmentAsked, GrantHand.AmendmentDecided, false);

    private static Task<ExceptionRegisterView> Of(TestBody body) => body.FinanceOfficer.Ask(new ExceptionRegister(new RegisterFilter()));

    private static IEnumerable<(GrantException Kind, Amount? Amount, string By, GrantHand? Before, GrantHand? Hand, bool Waits)> Since(ExceptionRegisterView view) =>
        view.Rows.Where(row => row.Kind is GrantException.OverLine or GrantException.SameHands)
            .Select(row => (row.Kind, row.Amount, row.By, row.Before, row.Hand, row.Waits));
}
