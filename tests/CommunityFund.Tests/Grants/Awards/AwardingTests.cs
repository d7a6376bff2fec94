using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Awards;

public sealed class AwardingTests
{
    [Fact]
    public async Task Two_sign_the_money_is_promised_per_fund_and_the_gifts_are_reserved()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Noticed();
        Refusal runs = await AwardNotation.Refused(async () => await grants.Steer.Run(new AwardGrant(AwardNotation.Key, grant,
            await grants.Version(grant), "决议")));
        (runs.Code, runs.Facts["until"]).ShouldBe((AwardNeeds.WindowOpen, new LocalDate(2026, 3, 27)));
        grants.Wait(8);
        AwardGrant signs = new(AwardNotation.Key, grant, await grants.Version(grant), "决议〔2026〕8号");
        (await AwardNotation.Refused(() => grants.Steer.Run(signs with { Resolution = "" }))).Code.ShouldBe(AwardGrant.ResolutionMissing);
        GrantMoved first = await grants.Steer.Run(signs with { Key = AwardNotation.Key });
        first.Happened.ShouldBeFalse();
        first.Waits.ShouldBe([GrantMover.ApproverL2]);
        (await AwardNotation.Refused(() => grants.Steer.Run(signs with { Key = AwardNotation.Key }))).Code.ShouldBe(GrantMoves.SignedAlready);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(10000), Amount.Yuan(8200)));
        (await grants.L2.Run(signs with { Key = AwardNotation.Key })).Happened.ShouldBeTrue();

        // Worked example A of grants.md 5.5: 0 / 6,200 after the award.
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Fen(0), Amount.Yuan(6200)));
        AwardShown award = (await grants.Desk.Ask(new AwardPage(grant))).Awards.Single();
        award.Shares.Select(share => (share.Amount, share.Reserved)).ShouldBe(
            [(Amount.Yuan(2000), Amount.Fen(0)), (Amount.Yuan(10000), Amount.Yuan(10000))], ignoreOrder: true);
        (award.First, award.Second, award.AgreementDue).ShouldBe(("陆主任", "韩审批", new LocalDate(2026, 4, 20)));
        await using FundDb db = body.Db();
        Voucher voucher = await db.Vouchers.SingleAsync(row => row.VoucherId == award.Voucher);
        (voucher.Series, voucher.MakerId, voucher.DecidedBy, voucher.State).ShouldBe(("备", grants.Id("steer"), grants.Id("l2"),
            VoucherState.Posted));
        (await BankNotation.Entry(body, voucher.EntryNo!.Value)).Order(StringComparer.Ordinal).ShouldBe(
        [
            "C commitments-contra 10000.00  ordinary", "C commitments-contra 2000.00  ordinary", "D commitments 10000.00  ordinary",
            "D commitments 2000.00  ordinary",
        ]);
        GrantLog log = await db.Set<GrantLog>().SingleAsync(row => row.GrantId == grant && row.Move == GrantMove.Award);
        log.Vouchers.ShouldBe([award.Voucher]);

        // What is promised nobody else spends.
        (await AwardNotation.Refused(() => body.PrepareExpense(TestBody.Children, 1))).Code.ShouldBe(ConstraintRefusal.HoldAboveAvailable);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_is_given_up_revoked_or_not_signed_in_time_is_free_again_and_the_head_of_the_line_is_called()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long waits = await grants.Ranked(2, "书屋", 900);
        await grants.Steer.Run(await grants.Decision(waits, DecisionKind.Waitlist, 0, 900, place: 1));
        (await grants.Steer.Ask(new WaitlistCalls())).ShouldBeEmpty();
        long grant = await grants.Awarded();
        (await AwardNotation.Refused(async () => await grants.FinLead.Run(new DeclineAward(AwardNotation.Key, grant,
            await grants.Version(grant), "不做了"))))
            .Code.ShouldBe(Need.Missing);
        (await AwardNotation.Refused(async () => await grants.Lead.Run(new DeclineAward(AwardNotation.Key, grant,
            await grants.Version(grant), ""))))
            .Code.ShouldBe(GrantMoves.ReasonMissing);
        await grants.Lead.Run(new DeclineAward(AwardNotation.Key, grant, await grants.Version(grant), "场地没了"));
        (await grants.State(grant)).ShouldBe(GrantState.Declined);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(10000), Amount.Yuan(8200)));
        WaitlistCall call = (await grants.Steer.Ask(new WaitlistCalls())).Single();
        (call.Grant, call.Place, call.Wants).ShouldBe((waits, 1, Amount.Yuan(900)));
        AwardShown ended = (await grants.Desk.Ask(new AwardPage(grant))).Awards.Single();
        (ended.EndedAs, ended.Shares.All(share => share.Reserved.IsZero)).ShouldBe((AwardEnd.Declined, true));
        await grants.ShouldBeClean();

        // Another one lapses by the calendar, once its fifteen working days are over.
        body.Clock.Now = Instant.FromUtc(2026, 3, 20, 2, 0);
        await grants.ApproveLapsing();
        long late = await grants.Awarded(3, 5000, 0, "花园");
        (await body.Operator.Run(new TimeOutAgreements(AwardNotation.Key))).ShouldBe(0);
        (await AwardNotation.Refused(() => grants.Desk.Run(new TimeOutAgreements(AwardNotation.Key)))).Code.ShouldBe(Need.SignIn);
        grants.Wait(40);
        (await body.Operator.Run(new TimeOutAgreements(AwardNotation.Key))).ShouldBe(1);
        (await grants.State(late)).ShouldBe(GrantState.Lapsed);
        (await body.Operator.Run(new TimeOutAgreements(AwardNotation.Key))).ShouldBe(0);

        // Two revoke a third, by resolution, and it may be decided anew and awarded again.
        long third = await grants.Awarded(4, 4000, 0, "合唱团");
        RevokeAward revokes = new(AwardNotation.Key, third, await grants.Version(third), "材料不实", "决议〔2026〕11号");
        (await AwardNotation.Refused(() => grants.Steer.Run(revokes with { Resolution = "" }))).Code.ShouldBe(AwardGrant.ResolutionMissing);
        await grants.L2.Run(revokes with { Key = AwardNotation.Key });
        (await grants.As("steer2").Run(revokes with { Key = AwardNotation.Key })).Happened.ShouldBeTrue();
        (await grants.State(third)).ShouldBe(GrantState.NotSelected);
        await grants.Steer.Run(new RedecideCase(AwardNotation.Key, third, await grants.Version(third), "材料查实无误"));
        await grants.Steer.Run(await grants.Decision(third, children: 4000, community: 0) with { Reason = "候补的场地没有落实" });
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        grants.Wait(8);
        await grants.Award(third);
        (await grants.Desk.Ask(new AwardPage(third))).Awards.Select(row => row.EndedAs).ShouldBe([null, AwardEnd.Revoked]);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(6000), Amount.Yuan(8200)));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task Fifty_awards_at_once_against_one_fund_never_promise_more_than_it_has()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body, community: 8200, children: 0);
        List<long> cases = [];
        for (int rank = 1; rank <= 50; rank++)
        {
            cases.Add(await grants.Ranked(rank, $"项目{rank}", 300));
        }

        // 50 x 300 = 15,000 against 8,200: the money was there when they were recommended.
        await body.Gift(TestBody.Community, 7000, Restriction.Unrestricted);
        foreach (long grant in cases)
        {
            await grants.Steer.Run(await grants.Decision(grant, children: 0, community: 300));
        }

        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        grants.Wait(8);
        await body.Review(await body.PrepareExpense(TestBody.Community, 7000, on: new LocalDate(2026, 3, 25)));
        foreach (long grant in cases)
        {
            await grants.Steer.Run(new AwardGrant(AwardNotation.Key, grant, await grants.Version(grant), "决议"));
        }

        string[] outcomes = await Task.WhenAll(cases.Select(async grant =>
        {
            try
            {
                return (await grants.L2.Run(new AwardGrant(AwardNotation.Key, grant, await grants.Version(grant), "决议"))).Happened
                    ? "awarded" : "waits";
            }
            catch (RefusedException refused)
            {
                return refused.Refusal.Code;
            }
        }));
        outcomes.Count(outcome => outcome == "awarded").ShouldBe(27); // 27 x 300 = 8,100
        outcomes.Where(outcome => outcome != "awarded").ShouldAllBe(code => code == AwardNeeds.NotAffordable
            || code == ConstraintRefusal.HoldAboveAvailable);
        (await grants.Available()).Community.ShouldBe(Amount.Yuan(100));
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task The_walls_hold_for_whoever_writes_past_the_program()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        foreach (string sql in new[]
        {
            "update gift_lot set reserved = 0", $"update grant_award set units = 1 where grant_id = {grant}", "delete from grant_lot",
            "update grant_decision set units = 1", $"insert into grant_lot values (1, {grant}, 1, 1, 5)",
                "update grant_notice_case set ends_on = '2026-03-21'",
            "update grant_objection set state = 'dismissed'", $"update grant_case set state = 'active' where grant_id = {grant}",
            $"insert into grant_award_fund values (1, {grant}, 1, 1, 500)",
        })
        {
            Npgsql.PostgresException refused = await Should.ThrowAsync<Npgsql.PostgresException>(async () =>
            {
                await using Npgsql.NpgsqlConnection connection = new(body.Connections.Books);
                await connection.OpenAsync();
                await using Npgsql.NpgsqlCommand command = new(sql, connection);
                if (await command.ExecuteNonQueryAsync() == 0)
                {
                    throw new Npgsql.PostgresException("nothing to change", "", "", "");
                }
            });
            refused.SqlState.ShouldBeOneOf("23514", "42501", "23505", "23503", "");
        }

        await grants.ShouldBeClean();
    }
}
