using CommunityFund.Ledger;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static CommunityFund.Ledger.Tests.Notation;

namespace CommunityFund.Ledger.Tests;

public sealed class JournalEntryTests
{
    [Fact]
    public void An_entry_cannot_exist_unbalanced_and_the_refusal_names_fund_and_difference()
    {
        RefusedException no = Should.Throw<RefusedException>(() => JournalEntry.On(Day, "错")
            .Debit(Bank, "F01", Amount.Fen(100), Received).Credit(Gifts, "F01", Amount.Fen(99), Unrestricted).Balanced());
        no.Refusal.Code.ShouldBe(JournalEntry.Unbalanced);
        no.Refusal.Facts["fund"].ShouldBe("F01");
        no.Refusal.Facts["difference"].ShouldBe(Amount.Fen(1));
    }

    [Fact]
    public void Every_fund_balances_by_itself() =>
        Should.Throw<RefusedException>(() => JournalEntry.On(Day, "两个基金")
            .Debit(Bank, "F01", Amount.Fen(100), Received).Credit(Gifts, "F02", Amount.Fen(100), Unrestricted).Balanced())
            .Refusal.Code.ShouldBe(JournalEntry.Unbalanced);

    [Fact]
    public void Every_commodity_balances_by_itself() =>
        Should.Throw<RefusedException>(() => JournalEntry.On(Day, "时间不是钱")
            .Debit(Bank, "F01", Amount.Fen(60), Received).Credit(Gifts, "F01", Amount.OfUnits(60, Commodity.Hour), Unrestricted)
            .Balanced())
            .Refusal.Code.ShouldBe(JournalEntry.Unbalanced);

    [Fact]
    public void A_reversal_is_red_on_the_same_sides_and_undoes_to_the_fen()
    {
        JournalEntry gift = Gift(12345), red = gift.Reversed(Day.PlusDays(3), "注销");
        red.Lines.Select(line => line.Side).ShouldBe(gift.Lines.Select(line => line.Side));
        red.Lines.Select(line => line.Amount.Units).ShouldBe(gift.Lines.Select(line => -line.Amount.Units));
        red.TotalUnits.ShouldBe(-12345);
        red.OccurredOn.ShouldBe(new LocalDate(2026, 3, 5));
    }

    [Fact]
    public void Whatever_is_added_an_entry_that_exists_sums_to_zero_per_fund() =>
        Prop.ForAll(
            Gen.Choose(1, 1_000_000).ListOf(8).ToArbitrary(),
            Gen.Choose(0, 3).ListOf(8).ToArbitrary(),
            (amounts, funds) =>
            {
                EntryDraft draft = JournalEntry.On(Day, "随机");
                foreach ((int fen, int fund) in amounts.Zip(funds))
                {
                    draft.Debit(Bank, $"F{fund}", Amount.Fen(fen), Received);
                    IReadOnlyList<Amount> halves = Amount.Fen(fen).Split(2, 1);
                    foreach (Amount half in halves.Where(half => half.IsPositive))
                    {
                        draft.Credit(Gifts, $"F{fund}", half, Unrestricted);
                    }
                }

                JournalEntry entry = draft.Balanced();
                return entry.Lines.Concat(entry.Reversed(Day, "红").Lines).GroupBy(line => line.Fund)
                    .All(group => group.Sum(line => line.Signed.Units) == 0)
                    && entry.Lines.GroupBy(line => line.Fund).All(group => group.Sum(line => line.Signed.Units) == 0);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Debit_and_credit_take_positive_amounts_and_red_is_asked_for_by_name()
    {
        Should.Throw<RefusedException>(() => JournalEntry.On(Day, "零").Debit(Bank, "F01", Amount.Fen(0), Received)).Refusal.Code
            .ShouldBe(EntryDraft.NotPositive);
        Should.Throw<RefusedException>(() => JournalEntry.On(Day, "负").Credit(Gifts, "F01", Amount.Fen(-1), Unrestricted))
            .Refusal.Code
            .ShouldBe(EntryDraft.NotPositive);
        JournalEntry red = JournalEntry.On(Day, "红字").RedDebit(Bank, "F01", Amount.Fen(5), Received)
            .RedCredit(Gifts, "F01", Amount.Fen(5), Unrestricted)
            .Balanced();
        red.Lines[0].Amount.ShouldBe(Amount.Fen(-5));
        red.Lines[0].Side.ShouldBe(Side.Debit);
    }

    [Fact]
    public void Income_says_whether_it_is_restricted() =>
        Code(() => JournalEntry.On(Day, "x").Credit(Gifts, "F01", Amount.Fen(1))).ShouldBe(EntryDraft.RestrictionMissing);

    [Fact]
    public void Restricted_net_assets_are_restricted() =>
        Code(() => JournalEntry.On(Day, "x")
            .Credit(Bound, "F01", Amount.Fen(1), new Tags(Restriction.Unrestricted, Movement: MovementKind.Opening)))
            .ShouldBe(EntryDraft.RestrictionWrong);

    [Fact]
    public void Net_assets_say_why_they_move() =>
        Code(() => JournalEntry.On(Day, "x").Credit(Free, "F01", Amount.Fen(1), Unrestricted))
            .ShouldBe(EntryDraft.MovementMissing);

    [Fact]
    public void Own_cash_carries_its_cash_flow_item_and_nothing_else_does()
    {
        Code(() => JournalEntry.On(Day, "x").Debit(Bank, "F01", Amount.Fen(1))).ShouldBe(EntryDraft.CashFlowMissing);
        Code(() => JournalEntry.On(Day, "x").Debit(Equipment, "F01", Amount.Fen(1), Received))
            .ShouldBe(EntryDraft.CashFlowMisplaced);
        Code(() => JournalEntry.On(Day, "x").Debit(AgencyBank, "F01", Amount.Fen(1), Received))
            .ShouldBe(EntryDraft.CashFlowMisplaced);
    }

    [Fact]
    public void Cash_between_funds_adds_to_zero_within_the_entry()
    {
        Code(() => JournalEntry.On(Day, "只有一边").Debit(Bank, "F01", Amount.Fen(7), Between)
            .Credit(Gifts, "F01", Amount.Fen(7), Unrestricted).Balanced())
            .ShouldBe(JournalEntry.InternalNotZero);
        JournalEntry.On(Day, "调拨")
            .Debit(Free, "F01", Amount.Fen(7), new Tags(Restriction.Unrestricted, Movement: MovementKind.Transfer))
            .Credit(Bank, "F01", Amount.Fen(7), Between)
            .Debit(Bank, "F02", Amount.Fen(7), Between)
            .Credit(Free, "F02", Amount.Fen(7), new Tags(Restriction.Unrestricted, Movement: MovementKind.Transfer))
            .Balanced().Lines.Count.ShouldBe(4);
    }

    [Fact]
    public void An_entry_has_two_lines_at_least_and_five_hundred_at_most()
    {
        Code(() => JournalEntry.On(Day, "空").Balanced()).ShouldBe(JournalEntry.TooFewLines);
        EntryDraft long501 = JournalEntry.On(Day, "长");
        for (int i = 0; i < 251; i++)
        {
            long501.Debit(Bank, "F01", Amount.Fen(1), Received).Credit(Gifts, "F01", Amount.Fen(1), Unrestricted);
        }

        Code(() => long501.Balanced()).ShouldBe(JournalEntry.TooManyLines);
    }

    [Fact]
    public void The_series_follows_from_what_the_entry_touches()
    {
        Gift(1).Series.ShouldBe(Series.Cash);
        JournalEntry.On(Day, "转").Debit(Costs, "F01", Amount.Fen(1), Unrestricted).Credit(Equipment, "F01", Amount.Fen(1))
            .Balanced()
            .Series.ShouldBe(Series.General);
        JournalEntry award = JournalEntry.On(Day, "备").Debit(Awarded, "F01", Amount.Fen(1)).Credit(Contra, "F01", Amount.Fen(1))
            .Balanced();
        award.Series.ShouldBe(Series.Commitments);
        award.Series.IsMemorandum.ShouldBeTrue();
    }

    [Fact]
    public void Memorandum_lines_never_stand_beside_statutory_ones() =>
        Code(() => JournalEntry.On(Day, "混").Debit(Awarded, "F01", Amount.Fen(1)).Credit(Contra, "F01", Amount.Fen(1))
            .Debit(Bank, "F01", Amount.Fen(1), Received).Credit(Gifts, "F01", Amount.Fen(1), Unrestricted).Balanced())
            .ShouldBe(JournalEntry.MixedSeries);

    private static string Code(Action action) => Should.Throw<RefusedException>(action).Refusal.Code;
}
