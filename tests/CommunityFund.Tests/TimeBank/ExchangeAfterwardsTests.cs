using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Lists, lapse, disputes, and that the database keeps what the commands promise.</summary>
public sealed class ExchangeAfterwardsTests
{
    [Fact]
    public async Task Neighbours_read_community_and_kind_what_is_urgent_first_and_nothing_of_their_own()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        LocalDate day = exchange.Today;
        await exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish(on: day.PlusDays(1)));
        await exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish(on: day.PlusDays(3), urgent: true));
        await exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish(on: day.PlusDays(2), urgent: true));
        IReadOnlyList<NeedRow> needs = await body.Foundation.Visitor().Ask(new NeighbourNeeds(await exchange.Card(exchange.Helper)));
        needs.Select(row => (row.On, row.IsUrgent, row.Community)).ShouldBe(
            [(day.PlusDays(2), true, "幸福里"), (day.PlusDays(3), true, "幸福里"), (day.PlusDays(1), false, "幸福里")]);
        (await body.Foundation.Visitor().Ask(new NeighbourNeeds(await exchange.Card(exchange.Daughter)))).ShouldBeEmpty();
        ExchangeBoardView board = await exchange.Bank.First.Ask(new ExchangeBoard());
        board.Urgent.Select(row => row.On).ShouldBe([day.PlusDays(2), day.PlusDays(3)]);
        board.Open.Count.ShouldBe(1);
        (await body.Foundation.Visitor().Ask(new AskChoices(await exchange.Card(exchange.Daughter)))).Roles.ShouldBe(["服务", "组织"], ignoreOrder: true);
        (await exchange.Bank.First.Ask(new AskForChoices())).Members.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_request_whose_day_has_passed_lapses_frees_its_hours_and_may_get_another_day()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        ServiceWish four = exchange.Wish("9:00", "13:00");
        long first = await exchange.Ask(exchange.Mother, exchange.Mother, four), second = await exchange.Ask(exchange.Mother, exchange.Mother, four);
        body.Clock.Now += Duration.FromDays(1);
        (await exchange.Bank.First.Ask(new ExchangeBoard())).Ended.Select(row => row.State).ShouldBe([ServiceState.Lapsed, ServiceState.Lapsed]);
        (await RefusalOf(() => exchange.Offer(exchange.Helper, first))).Code.ShouldBe(ServiceRequest.OutOfTurn);
        (await RefusalOf(() => exchange.Match(first, exchange.Helper))).Code.ShouldBe(ServiceRequest.OutOfTurn);
        (await RefusalOf(() => exchange.Bank.First.Run(new CancelRequestFor(TestBody.Key, first, "")))).Code.ShouldBe(CancelRequestFor.ReasonMissing);
        await exchange.Bank.First.Run(new CancelRequestFor(TestBody.Key, first, "没有人报名"));
        (await exchange.Request(first)).State.ShouldBe(ServiceState.Lapsed);
        (await RefusalOf(() => exchange.Bank.First.Run(new ReopenRequest(TestBody.Key, first, exchange.Today.PlusDays(-1))))).Code.ShouldBe(ServiceWish.BadDay);
        await exchange.Bank.First.Run(new ReopenRequest(TestBody.Key, first, exchange.Today));
        await exchange.Bank.First.Run(new ReopenRequest(TestBody.Key, second, exchange.Today.PlusDays(1)));
        (await RefusalOf(() => exchange.Bank.First.Run(new ReopenRequest(TestBody.Key, second, exchange.Today)))).Code.ShouldBe(ServiceRequest.OutOfTurn);
        (await RefusalOf(() => exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish("9:00", "12:00")))).Code.ShouldBe(ServiceWish.HoursShort);
    }

    [Fact]
    public async Task A_disputed_service_is_taken_back_by_two_and_points_as_far_as_they_are_free()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        long request = await exchange.Served();
        (await RefusalOf(() => bank.First.Run(new ProposeServiceCorrection(TestBody.Key, request, "没来")))).Code.ShouldBe(ServiceRequest.OutOfTurn);
        await exchange.Confirm(exchange.Mother, request);
        (await RefusalOf(() => bank.First.Run(new AgreeServiceCorrection(TestBody.Key, request, true)))).Code.ShouldBe(AgreeServiceCorrection.Gone);
        PostedNumber reserved = await bank.Post(UnitKind.PointsReserved, 5, exchange.Helper, exchange.Helper, exchange.Today);
        await bank.First.Run(new ProposeServiceCorrection(TestBody.Key, request, "没来"));
        (await RefusalOf(() => bank.Second.Run(new ProposeServiceCorrection(TestBody.Key, request, "没来")))).Code.ShouldBe(ProposeServiceCorrection.OneWaits);
        (await RefusalOf(() => bank.First.Run(new AgreeServiceCorrection(TestBody.Key, request, true)))).Code.ShouldBe(AgreeServiceCorrection.Own);
        (await bank.Second.Ask(new ServiceRequestPage(request))).Correction!.IsOwn.ShouldBeFalse();
        (await RefusalOf(() => bank.Second.Run(new AgreeServiceCorrection(TestBody.Key, request, true)))).Code.ShouldBe(DecideCorrection.PointsReserved);
        await bank.Post(UnitKind.PointsRedeemed, 5, null, exchange.Helper, exchange.Today, of: reserved.EntryNo);
        await bank.Second.Run(new AgreeServiceCorrection(TestBody.Key, request, true));
        (await bank.Holds(exchange.Mother)).Hours.ShouldBe(600);
        (await bank.Holds(exchange.Helper)).ShouldBe((0, 0, 0));
        (await exchange.Request(request)).State.ShouldBe(ServiceState.Corrected);
        (await RefusalOf(() => bank.First.Run(new ProposeServiceCorrection(TestBody.Key, request, "没来")))).Code.ShouldBe(ServiceRequest.OutOfTurn);
    }

    [Fact]
    public async Task Disputes_end_with_the_days_that_the_rules_give_and_may_be_dropped()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body, new() { DisputeDays = 30, StoredCap = 60 });
        long request = await exchange.Served();
        await exchange.Confirm(exchange.Mother, request);
        await exchange.Bank.First.Run(new ProposeServiceCorrection(TestBody.Key, request, "时间不对"));
        await exchange.Bank.First.Run(new AgreeServiceCorrection(TestBody.Key, request, false));
        (await exchange.Bank.Holds(exchange.Mother)).Hours.ShouldBe(480);
        await exchange.Bank.First.Run(new ProposeServiceCorrection(TestBody.Key, request, "时间不对"));
        await exchange.Bank.Second.Run(new AgreeServiceCorrection(TestBody.Key, request, true));
        (await exchange.Bank.Holds(exchange.Helper)).Hours.ShouldBe(0);
        long late = await exchange.Served();
        await exchange.Confirm(exchange.Mother, late);
        body.Clock.Now += Duration.FromDays(31);
        (await RefusalOf(() => exchange.Bank.First.Run(new ProposeServiceCorrection(TestBody.Key, late, "时间不对")))).Code
            .ShouldBe(ProposeServiceCorrection.TooLate);
    }

    [Fact]
    public async Task Nobody_books_a_service_on_another_day_than_its_own()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long request = await exchange.Served();
        MemberPass card = await exchange.Card(exchange.Mother);
        (await RefusalOf(() => body.Foundation.Visitor().Run(new ConfirmService(TestBody.Key, card, request, exchange.Today.PlusDays(1))))).Code
            .ShouldBe(Work.OtherDay);
    }

    [Fact]
    public async Task The_database_has_the_same_moves_and_refuses_what_is_not_logged_or_not_time_for_time()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        await using FundDb db = body.Db();
        string[] listed = await db.Database.SqlQuery<string>($"select from_state || ' ' || move || ' ' || to_state as \"Value\" from service_rule").ToArrayAsync();
        listed.ShouldBe(ServiceRequest.Moves.Select(rule => $"{(rule.From is { } from ? Codes.Kebab(from) : "")} {Codes.Kebab(rule.Move)} {Codes.Kebab(rule.To)}"),
            ignoreOrder: true);
        long request = await exchange.Served();
        (await Refused(db, $"update service_request set state = 'cancelled', state_version = state_version + 1 where service_request_id = {request}"))
            .ShouldBe("service_move_unlogged");
        (await Refused(db, $"insert into service_log select book_id, {request}, 4, 'correct', 'done', 'corrected', 1, now(), '' from book"))
            .ShouldBe("service_move_unlisted");
        PostedNumber mothers = await exchange.Bank.Post(UnitKind.HoursUsed, 60, null, exchange.Mother, exchange.Today);
        PostedNumber helpers = await exchange.Bank.Post(UnitKind.HoursEarned, 120, exchange.Helper, null, exchange.Today);
        (await Refused(db, $"""
            with logged as (insert into service_log select book_id, {request}, 4, 'confirm', 'done', 'confirmed', {exchange.Mother}, now(), '' from book returning 1)
            select count(*) from logged
            """, $"""
            update service_request set state = 'confirmed', state_version = 4, used_entry_no = {mothers.EntryNo}, earned_entry_no = {helpers.EntryNo}
             where service_request_id = {request}
            """)).ShouldBe("service_time_for_time");
    }

    /// <summary>Seeded histories: whatever is asked, done, confirmed and taken back, what is used stays the same as what is earned by services.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(2026)]
    public async Task Whatever_happens_as_many_minutes_are_used_as_are_earned(int seed)
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body, new() { StoredCap = 300, DayCap = 1440 });
        Random random = new(seed);
        long[] helpers = [exchange.Helper, await exchange.Bank.Volunteer("李大伯"), await exchange.Bank.Volunteer("陈阿姨")];
        List<long> confirmed = [];
        for (int step = 0; step < 25; step++)
        {
            body.Clock.Now += Duration.FromDays(1);
            try
            {
                if (confirmed.Count > 0 && random.Next(4) == 0)
                {
                    long request = confirmed[random.Next(confirmed.Count)];
                    await exchange.Bank.First.Run(new ProposeServiceCorrection(TestBody.Key, request, "抽查"));
                    await exchange.Bank.Second.Run(new AgreeServiceCorrection(TestBody.Key, request, random.Next(3) > 0));
                    continue;
                }

                int minutes = random.Next(10, 200);
                long served = await exchange.Served("9:00", ServiceRow.Clock(540 + minutes), helpers[random.Next(3)]);
                await exchange.Confirm(random.Next(2) == 0 ? exchange.Mother : exchange.Daughter, served);
                confirmed.Add(served);
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Code.ShouldBeOneOf(ServiceWish.HoursShort, ServiceRequest.OutOfTurn, ServedTime.DayFull, ServiceBooking.HoursMissing);
            }

            (await Net(body, "hours-used")).ShouldBe(-await Net(body, "hours-issued") - Exchange.TenHours, $"seed {seed}, step {step}");
        }

        confirmed.Count.ShouldBeGreaterThan(3);
    }

    private static async Task<long> Net(TestBody body, string account)
    {
        await using FundDb db = body.Db();
        return await db.Database.SqlQuery<long>(
            $"select coalesce(sum(signed(p.side, p.units)), 0)::bigint as \"Value\" from posting p join account a using (book_id, account_id) where a.key = {account}")
            .SingleAsync();
    }

    private static async Task<string?> Refused(FundDb db, params FormattableString[] statements)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        PostgresException refused = await Should.ThrowAsync<PostgresException>(async () =>
        {
            foreach (FormattableString statement in statements)
            {
                await db.Database.ExecuteSqlAsync(statement);
            }

            await transaction.CommitAsync();
        });
        return refused.ConstraintName;
    }
}
