using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>The passbook tells what is there, when points expire, and what moved; points expire on the day after their last.</summary>
public sealed class PassbookTests
{
    [Fact]
    public async Task A_passbook_shows_balances_lots_with_their_last_day_and_the_moves_of_a_month()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { PointsMonths = 2 });
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        await bank.Post(UnitKind.HoursEarned, 120, one, null, new LocalDate(2026, 1, 30));
        await bank.Post(UnitKind.PointsEarned, 20, one, null, new LocalDate(2026, 1, 25));
        await bank.Post(UnitKind.PointsEarned, 10, one, null, new LocalDate(2026, 3, 10));
        await bank.Post(UnitKind.PointsReserved, 5, one, one, new LocalDate(2026, 3, 12));
        await bank.Gives(one, elder, 30);
        MemberPass pass = await bank.Card(one);
        FundSession visitor = body.Foundation.Visitor();
        PassbookView view = await visitor.Ask(new MyPassbook(pass));
        (view.Sums.Hours.Units, view.Sums.Points, view.Sums.Reserved).ShouldBe((90, 25, 5));
        view.Lots.Select(lot => (lot.ExpiresOn, lot.Free, lot.Reserved, lot.Warning)).ShouldBe(
        [
            (new LocalDate(2026, 3, 25), 15, 5, LotWarning.Within7), (new LocalDate(2026, 5, 10), 10, 0, LotWarning.Within60),
        ]);
        view.Month.Number.ShouldBe(202603);
        (view.Earlier?.Number, view.Later).ShouldBe((202601, null));
        view.Moves.Select(move => (move.Kind, move.Hours.Units, move.Points, move.Reserved, move.Reason)).ShouldBe(
        [
            (UnitKind.HoursGiven, -30, 0, 0, HourReason.Help), (UnitKind.PointsReserved, 0, -5, 5, null), (UnitKind.PointsEarned, 0, 10, 0, null),
        ]);
        PassbookView january = await visitor.Ask(new MyPassbook(pass, 202601));
        (january.Moves.Count, january.Earlier, january.Later?.Number).ShouldBe((2, null, 202603));

        // Where nothing moved this month, the last one is shown in which something did.
        body.Clock.Now = Instant.FromUtc(2026, 6, 5, 2, 0);
        (await visitor.Ask(new MyPassbook(pass))).Month.Number.ShouldBe(202603);
        (await visitor.Ask(new MyPassbook(pass, 202606))).Moves.ShouldBeEmpty();
        (await RefusalOf(() => visitor.Ask(new MyPassbook(pass with { Code = "AAAAAAAA" })))).Code.ShouldBe(Member.CodeUnknown);
        HolderView staff = await bank.First.Ask(new HolderPage(one));
        (staff.Name, staff.Book.Sums.Points, staff.MayAct, staff.Undoable.Count).ShouldBe(("王小妹", 25, true, 1));
        (await bank.First.Ask(new HolderDesk(bank.Programme, pass.Number, 1))).Rows.Single().Person.ShouldBe(one);
        (await bank.First.Ask(new HolderDesk(bank.Programme, "奶奶", 1))).Rows.Single().Hours.Units.ShouldBe(30);
        (await RefusalOf(() => bank.First.Ask(new HolderPage(1)))).Code.ShouldBe(Member.Unknown);
    }

    [Fact]
    public async Task What_a_correction_takes_back_names_the_activity_as_the_deposit_does()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long activity = await bank.Served("09:00", "11:00", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long less = await bank.First.Run(new ProposeCorrection(TestBody.Key, (await bank.RecordOf(activity, one)).ServiceRecordId, 60, "提前离开"));
        await bank.Second.Run(new DecideCorrection(TestBody.Key, less, true));
        PassbookView view = await body.Foundation.Visitor().Ask(new MyPassbook(await bank.Card(one)));
        view.Moves.Where(move => move.Kind == UnitKind.HoursEarned).Select(move => (move.IsRed, move.Hours.Units, move.What))
            .ShouldBe([(true, -60, "敬老服务"), (false, 120, "敬老服务")]);
        view.Moves.ShouldAllBe(move => move.What == "敬老服务");
    }

    [Fact]
    public void Warnings_come_sixty_thirty_and_seven_days_before_the_last_day()
    {
        LotRow.Of(61).ShouldBe(LotWarning.None);
        LotRow.Of(60).ShouldBe(LotWarning.Within60);
        LotRow.Of(31).ShouldBe(LotWarning.Within60);
        LotRow.Of(30).ShouldBe(LotWarning.Within30);
        LotRow.Of(8).ShouldBe(LotWarning.Within30);
        LotRow.Of(7).ShouldBe(LotWarning.Within7);
        LotRow.Of(0).ShouldBe(LotWarning.Within7);
        LotRow.Of(-1).ShouldBe(LotWarning.Over);
    }

    [Fact]
    public async Task Free_points_of_lots_that_are_over_expire_and_reserved_ones_stay()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { PointsMonths = 1 });
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        await bank.Post(UnitKind.PointsEarned, 20, one, null, new LocalDate(2026, 2, 20));
        await bank.Post(UnitKind.PointsEarned, 7, other, null, new LocalDate(2026, 2, 19));
        await bank.Post(UnitKind.PointsEarned, 4, other, null, new LocalDate(2026, 3, 1));
        await bank.Post(UnitKind.HoursEarned, 60, one, null);
        await bank.Post(UnitKind.PointsReserved, 5, one, one, new LocalDate(2026, 3, 10));

        // On its last day a lot is still whole.
        (await bank.First.Ask(new PointsToExpire(bank.Programme))).Due.ShouldBe(new ExpiredPoints(1, 7));
        (await bank.First.Run(new ExpirePoints(TestBody.Key, bank.Programme))).ShouldBe(new ExpiredPoints(1, 7));
        (await bank.First.Run(new ExpirePoints(TestBody.Key, bank.Programme))).ShouldBe(new ExpiredPoints(0, 0));
        body.Clock.Now = Instant.FromUtc(2026, 3, 26, 2, 0);
        ExpiringView ahead = await bank.First.Ask(new PointsToExpire(bank.Programme));
        (ahead.Due, ahead.Soon.Single().Name, ahead.Soon.Single().Warning).ShouldBe((new ExpiredPoints(1, 15), "李大伯", LotWarning.Within7));

        // By itself: the operator does what is due, as made by whoever agreed to the rules.
        (await body.Operator.Ask(new ProgrammesToExpire())).ShouldBe([bank.Programme]);
        await body.Operator.Run(new ExpirePoints(TestBody.Key, bank.Programme));
        (await body.Operator.Ask(new ProgrammesToExpire())).ShouldBeEmpty();
        (await bank.Holds(one)).ShouldBe((60, 0, 5));
        (await bank.Holds(other)).ShouldBe((0, 4, 0));
        await using FundDb db = body.Db();
        (await db.Entries.OrderBy(row => row.EntryNo).LastAsync(TestContext.Current.CancellationToken)).MakerId.ShouldBe(bank.SecondCoordinator);
        (await RefusalOf(() => body.Accountant.Run(new ExpirePoints(TestBody.Key, bank.Programme)))).Code.ShouldBe(Need.Missing);
        (await RefusalOf(() => bank.First.Run(new ExpirePoints(TestBody.Key, TestBody.Children)))).Code
            .ShouldBe(CommunityFund.TimeBank.Programmes.Programme.Unknown);
    }

    [Fact]
    public async Task Points_of_more_people_than_an_entry_has_lines_expire_in_several_entries()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { PointsMonths = 1 });
        List<long> people = [];
        for (int at = 0; at < 500; at++)
        {
            people.Add(await bank.Volunteer($"志愿者 {at}"));
            await bank.Post(UnitKind.PointsEarned, 3, people[^1], null, new LocalDate(2026, 2, 1));
        }

        (await bank.First.Run(new ExpirePoints(TestBody.Key, bank.Programme))).ShouldBe(new ExpiredPoints(500, 1500));
        await using FundDb db = body.Db();
        int entries = await db.Set<UnitPaper>().CountAsync(row => row.Kind == UnitKind.PointsExpired, TestContext.Current.CancellationToken);
        entries.ShouldBe(2);
        (await bank.Holds(people[^1])).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task The_fund_behind_points_is_decided_by_two_and_bears_them_at_replacement_cost_or_not()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.PointsEarned, 600, one, null);
        await bank.Post(UnitKind.PointsReserved, 100, one, one);
        CoverRow open = (await bank.First.Ask(new ReserveCover())).Single();
        (open.Points, open.IsOpen, open.IsShort).ShouldBe((600, true, false));
        (await Refused(Amount.Fen(0))).ShouldBe(ProposePointReserve.BadCost);
        (await Refused(Amount.Fen(100_001))).ShouldBe(ProposePointReserve.BadCost);
        (await Refused(Amount.Fen(10), fund: bank.Programme)).ShouldBe(ProposePointReserve.BadFund);
        (await Refused(Amount.Fen(10), reason: "")).ShouldBe(ProposePointReserve.ReasonMissing);
        long reserve = await bank.First.Run(Proposal(Amount.Fen(50)));
        (await Refused(Amount.Fen(10))).ShouldBe(ProposePointReserve.OneWaits);
        (await RefusalOf(() => bank.First.Run(new DecidePointReserve(TestBody.Key, reserve, true)))).Code.ShouldBe(DecidePointReserve.Own);
        (await bank.Second.Ask(new ReserveCover())).Single().Waiting!.Cost.ShouldBe(Amount.Fen(50));
        await bank.Second.Run(new DecidePointReserve(TestBody.Key, reserve, true));
        (await RefusalOf(() => bank.Second.Run(new DecidePointReserve(TestBody.Key, reserve, true)))).Code.ShouldBe(DecidePointReserve.Gone);
        CoverRow empty = (await bank.First.Ask(new ReserveCover())).Single();
        (empty.Owed, empty.IsShort).ShouldBe((Amount.Yuan(300), true));
        await body.Gift(TestBody.Children, 300, Restriction.Restricted);
        CoverRow covered = (await bank.First.Ask(new ReserveCover())).Single();
        (covered.Available, covered.IsShort, covered.Fund).ShouldBe((Amount.Yuan(300), false, "儿童基金"));

        // The notes of the statements say so as of the day: with what was spoken for, and what the fund held then.
        FormView note = await body.Accountant.Ask(new Statement("note-commitments", 202603, 202603));
        note.Remarks.Single().Facts.ShouldBe(["时间银行", 600L, Amount.Fen(50), Amount.Yuan(300), "儿童基金", Amount.Yuan(300)]);
        await bank.Post(UnitKind.HoursEarned, 90, one, null);
        FormRemark served = (await body.Accountant.Ask(new Statement("note-commitments", 202603, 202603))).Remarks[1];
        (served.Key, served.Facts[0], served.Facts[1]).ShouldBe(("statement.points.served", "时间银行", Amount.OfUnits(90, Commodity.Hour)));
        (await body.Accountant.Ask(new Statement("note-commitments", 202602, 202602))).Remarks.ShouldBeEmpty();
        (await body.Accountant.Ask(new Statement("note-cash", 202603, 202603))).Remarks.ShouldBeEmpty();

        async Task<string> Refused(Amount cost, int fund = TestBody.Children, string reason = "理事会决议") =>
            (await RefusalOf(() => bank.First.Run(Proposal(cost, fund, reason)))).Code;
        ProposePointReserve Proposal(Amount cost, int fund = TestBody.Children, string reason = "理事会决议") =>
            new(TestBody.Key, bank.Programme, fund, cost, new LocalDate(2026, 1, 1), reason);
    }
}
