using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Checks;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.TimeBank.TimeBankNotation;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Hours and points move only in their own pairs of accounts, through the door, and points lot by lot.</summary>
public sealed class UnitDoorTests
{
    [Fact]
    public async Task Hours_are_earned_given_donated_and_used_and_each_holds_what_is_left()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), other = await bank.Volunteer("李大伯");
        PostedNumber earned = await bank.Post(UnitKind.HoursEarned, 120, one, null);
        earned.Series.ShouldBe("时");
        await bank.Post(UnitKind.HoursGiven, 30, other, one);
        await bank.Post(UnitKind.HoursDonated, 20, null, one);
        await bank.Post(UnitKind.HoursUsed, 15, null, other);
        (await bank.Holds(one)).ShouldBe((70, 0, 0));
        (await bank.Holds(other)).ShouldBe((15, 0, 0));
        (await RefusalOf(() => bank.Post(UnitKind.HoursUsed, 16, null, other))).Code.ShouldBe("database.hours-not-enough");
        (await bank.Holds(other)).ShouldBe((15, 0, 0));
    }

    [Fact]
    public async Task Points_go_out_of_the_lot_that_expires_first_and_come_back_to_the_lots_they_came_from()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.PointsEarned, 10, one, null, new LocalDate(2026, 2, 1));
        await bank.Post(UnitKind.PointsEarned, 10, one, null, new LocalDate(2026, 1, 20));
        PostedNumber reserved = await bank.Post(UnitKind.PointsReserved, 14, one, one);
        (await Lots(body, one)).ShouldBe([(10, 10, 0), (10, 4, 0)]);
        (await bank.Holds(one)).ShouldBe((0, 6, 14));
        (await RefusalOf(() => bank.Post(UnitKind.PointsReserved, 7, one, one))).Code.ShouldBeOneOf("database.points-not-enough", ConstraintRefusal.Value);
        await bank.Post(UnitKind.PointsReserved, 14, one, one, of: reserved.EntryNo, red: true);
        (await Lots(body, one)).ShouldBe([(10, 0, 0), (10, 0, 0)]);
        PostedNumber again = await bank.Post(UnitKind.PointsReserved, 12, one, one);
        await bank.Post(UnitKind.PointsRedeemed, 12, null, one, of: again.EntryNo);
        (await Lots(body, one)).ShouldBe([(10, 0, 10), (10, 0, 2)]);
        (await bank.Holds(one)).ShouldBe((0, 8, 0));
        (await RefusalOf(() => bank.Post(UnitKind.PointsReserved, 12, one, one, of: again.EntryNo, red: true))).Code.ShouldStartWith("database.");
    }

    [Fact]
    public async Task Points_are_used_until_their_last_day_and_expire_after_it()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { PointsMonths = 1 });
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.PointsEarned, 10, one, null, new LocalDate(2026, 1, 31));
        await bank.Post(UnitKind.PointsEarned, 5, one, null, new LocalDate(2026, 3, 1));
        await bank.Post(UnitKind.PointsReserved, 1, one, one, new LocalDate(2026, 2, 28));
        (await RefusalOf(() => bank.Post(UnitKind.PointsReserved, 6, one, one, new LocalDate(2026, 3, 1)))).Code.ShouldBe("database.points-not-enough");
        (await RefusalOf(() => bank.Post(UnitKind.PointsExpired, 10, null, one, new LocalDate(2026, 3, 1)))).Code.ShouldBe("database.points-not-enough");
        await bank.Post(UnitKind.PointsExpired, 9, null, one, new LocalDate(2026, 3, 1));
        (await bank.Holds(one)).ShouldBe((0, 5, 1));
    }

    [Fact]
    public async Task No_pair_of_accounts_buys_sells_or_cashes_hours_or_points()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.HoursEarned, 600, one, null);
        await bank.Post(UnitKind.PointsEarned, 600, one, null);
        await using FundDb db = body.Db();
        string[] keys = await db.Accounts.Where(account => account.BookId == 1).Select(account => account.Key).ToArrayAsync(TestContext.Current.CancellationToken);
        string[] units = [.. keys.Where(key => key.StartsWith("hours-", StringComparison.Ordinal) || key.StartsWith("points-", StringComparison.Ordinal))];
        units.Length.ShouldBe(9);
        List<string> possible = [];
        foreach (UnitKind kind in Enum.GetValues<UnitKind>())
        {
            foreach ((string debit, string credit) in from debit in units from credit in units where debit[0] == credit[0] select (debit, credit))
            {
                // Each side with the holder its account asks for: a pair fails for itself, not for want of one.
                PostUnits post = new(TestBody.Key, bank.Programme, kind, 1, Holder(debit), Holder(credit), Day, null, Red: false, debit, credit);
                try
                {
                    await bank.First.Run(post);
                    possible.Add($"{Codes.Kebab(kind)}: {debit} / {credit}");
                }
                catch (RefusedException)
                {
                    // As it should be.
                }
            }
        }

        long? Holder(string key) => key is "hours-held" or "points-held" or "points-in-redemption" ? one : null;
        possible.Order(StringComparer.Ordinal).ShouldBe(
        [
            "hours-donated: hours-pool / hours-held", "hours-earned: hours-held / hours-issued", "hours-earned: hours-pool / hours-issued",
            "hours-given: hours-held / hours-held", "hours-used: hours-used / hours-held", "points-earned: points-held / points-issued",
            "points-reserved: points-in-redemption / points-held",
        ]);
    }

    [Fact]
    public async Task Hours_and_points_never_stand_beside_money_or_each_other_whatever_the_accounts()
    {
        await using TestBody body = await TestBody.New();
        await using FundDb db = body.Db();
        Chart chart = await Chart.On(db, body.Book, Day, TestContext.Current.CancellationToken);
        ChartAccount[] units = [.. chart.Accounts.Where(account => account.Commodity is "HOUR" or "POINT")];
        units.Length.ShouldBe(9);
        int tried = 0;
        foreach ((ChartAccount unit, ChartAccount other) in from unit in units from other in chart.Accounts select (unit, other))
        {
            if (unit.Commodity == other.Commodity)
            {
                continue;
            }

            // In one entry they never balance: not in either unit, not each in its own, on neither side.
            foreach ((Commodity first, Commodity second) in from one in Commodity.All from two in Commodity.All select (one, two))
            {
                bool isOwn = first.Code == unit.Commodity && second.Code == other.Commodity;
                JournalEntry? written = Written(unit.Account, first, other.Account, second);
                (written is null || !isOwn).ShouldBeTrue($"{unit.Account.Key} / {other.Account.Key}");
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(5000);
    }

    [Theory]
    [InlineData("programme-cost")]
    [InlineData(TestBody.Bank)]
    [InlineData("inventory")]
    [InlineData("hours-held")]
    public async Task What_the_kernel_would_let_through_the_database_refuses(string other)
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.PointsEarned, 600, one, null);
        foreach ((string debit, string credit) in new[] { ("points-held", other), (other, "points-held") })
        {
            PostUnits post = new(TestBody.Key, bank.Programme, UnitKind.PointsReserved, 1, one, one, Day, null, Red: false, debit, credit);
            await Should.ThrowAsync<RefusedException>(() => bank.First.Run(post), $"{debit} / {credit}");
        }

        (await bank.Holds(one)).ShouldBe((0, 600, 0));
    }

    /// <summary>The entry, if the kernel lets it be; memorandum lines ask for no tags.</summary>
    private static JournalEntry? Written(Account debit, Commodity first, Account credit, Commodity second)
    {
        try
        {
            Tags tags = new(credit.NeedsRestriction ? Restriction.Unrestricted : null,
                credit.Role == AccountRole.OwnCash ? CashFlow.PurchasesPaid : null,
                credit.Class == AccountClass.NetAssets ? MovementKind.PriorYear : MovementKind.Ordinary);
            return JournalEntry.On(Day, "换").Debit(debit, "T01", Amount.OfUnits(1, first)).Credit(credit, "T01", Amount.OfUnits(1, second), tags).Balanced();
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    [Fact]
    public async Task What_nobody_served_and_what_is_taken_back_takes_another_person_and_groups_only_give()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long group = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Group, "某公司志愿队"));
        (await RefusalOf(() => bank.Post(UnitKind.HoursStarted, 60, one, null))).Code.ShouldBe("database.unit-by-two");
        PostedNumber earned = await bank.Post(UnitKind.HoursEarned, 60, one, null);
        (await RefusalOf(() => bank.Post(UnitKind.HoursEarned, 60, one, null, of: earned.EntryNo, red: true))).Code.ShouldBe("database.unit-by-two");
        await bank.Post(UnitKind.HoursEarned, 60, group, null);
        (await RefusalOf(() => bank.Post(UnitKind.HoursUsed, 10, null, group))).Code.ShouldBe("database.unit-group-gives");
        (await RefusalOf(() => bank.Post(UnitKind.PointsEarned, 10, group, null))).Code.ShouldBe("database.unit-group-gives");
        await bank.Post(UnitKind.HoursGiven, 10, one, group);
        (await RefusalOf(() => bank.Post(UnitKind.HoursEarned, 10, 1, null))).Code.ShouldBe("database.unit-holder-unknown");
    }

    [Fact]
    public async Task Nobody_writes_hours_by_hand_and_nobody_reverses_their_voucher_elsewhere()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        PostedNumber earned = await bank.Post(UnitKind.HoursEarned, 90, one, null);
        (await RefusalOf(() => body.Accountant.Run(new PrepareVoucher(TestBody.Key, Day, "补记时间",
        [
            new VoucherRow("hours-held", bank.Programme, Side.Debit, Amount.OfUnits(60, Commodity.Hour)),
            new VoucherRow("hours-issued", bank.Programme, Side.Credit, Amount.OfUnits(60, Commodity.Hour)),
        ])))).Code.ShouldBe(WrittenLine.MemorandumByHand);
        (await RefusalOf(() => body.Accountant.Run(new ReverseVoucher(TestBody.Key, earned.VoucherId, Day, "冲销")))).Code
            .ShouldBe(VoucherWriter.OnlyTimeBank);
        VoucherView shown = await body.Accountant.Ask(new VoucherPage(earned.VoucherId));
        (shown.Total, shown.MayCorrect, shown.ReviewRule).ShouldBe((Amount.OfUnits(90, Commodity.Hour), false, UnitDoor.Rule));
    }

    [Fact]
    public async Task The_log_tells_who_moved_hours_and_a_paper_without_its_entry_is_found()
    {
        await using TestBody body = await CheckedBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.HoursEarned, 90, one, null);
        await CheckedBody.IsClean(body);
        await CheckedBody.Plant(body, "update command_log set answer = null where name = 'PostUnits'");
        CheckedBody.Said(await CheckedBody.Check(body)).ShouldContain(said => said.Contains("review.rule-unlogged", StringComparison.Ordinal));
    }

    private static async Task<(long Units, long Reserved, long Redeemed)[]> Lots(TestBody body, long person)
    {
        await using FundDb db = body.Db();
        return [.. (await db.Set<PointLot>().Where(lot => lot.PersonId == person).OrderBy(lot => lot.ExpiresOn).ToListAsync())
            .Select(lot => (lot.Units, lot.Reserved, lot.Redeemed))];
    }
}
