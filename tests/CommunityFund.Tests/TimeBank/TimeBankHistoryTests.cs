using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Checks;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Random histories of a time bank: after every step hours and points add up, in the books, by holder and lot by lot.</summary>
public sealed class TimeBankHistoryTests
{
    [Theory]
    [InlineData(20260310)]
    [InlineData(7)]
    public async Task After_every_step_of_a_random_history_everything_adds_up(int seed)
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { PointsMonths = 1, StoredCap = 600 });
        History history = new(body, bank, new Random(seed));
        await history.Begin();
        for (int step = 0; step < 45; step++)
        {
            string what = await history.Step();
            (await history.Faults()).ShouldBeEmpty($"seed {seed}, step {step}: {what}");
        }

        history.Refused.ShouldBeGreaterThan(0, "nothing was asked for that is not there");
        history.Done.ShouldBeGreaterThan(15);
        await CheckedBody.IsClean(body);
    }

    private sealed class History(TestBody body, TimeBankBody bank, Random random)
    {
        private readonly List<long> _people = [];
        private readonly List<(long EntryNo, long Person, long Units)> _reserved = [];

        public int Refused { get; private set; }

        public int Done { get; private set; }

        private LocalDate Today => bank.Today();

        public async Task Begin()
        {
            for (int i = 0; i < 4; i++)
            {
                _people.Add(await bank.Volunteer($"志愿者{i}"));
            }
        }

        public async Task<string> Step()
        {
            body.Clock.Now += Duration.FromDays(random.Next(1, 6));
            (string Name, Func<Task> Do)[] steps =
            [
                ("serve", Serve), ("serve", Serve), ("correct", Correct), ("give", Give), ("use", Use), ("reserve", Reserve), ("reserve", Reserve),
                ("release", Release), ("redeem", Redeem), ("expire", Expire),
            ];
            (string name, Func<Task> step) = steps[random.Next(steps.Length)];
            try
            {
                await step();
                Done++;
            }
            catch (RefusedException refused)
            {
                Refused++;
                name += $" refused: {refused.Refusal.Code}";
            }

            return name;
        }

        /// <summary>What does not add up, as the lines of the books say.</summary>
        public async Task<IReadOnlyList<string>> Faults()
        {
            await using FundDb db = body.Db();
            return await db.Database.SqlQuery<string>(
                $"""
                select 'sum of ' || commodity as "Value" from posting where commodity in ('HOUR', 'POINT') group by commodity having sum(signed(side, units)) <> 0
                union all
                select 'balance of ' || person_id from holder_balance b full join (
                    select p.counterparty_id as person_id, sum(signed(p.side, p.units)) filter (where a.key = 'hours-held') as hours,
                           sum(signed(p.side, p.units)) filter (where a.key = 'points-held') as points,
                           sum(signed(p.side, p.units)) filter (where a.key = 'points-in-redemption') as held
                      from posting p join account a using (book_id, account_id) where p.commodity in ('HOUR', 'POINT') and p.counterparty_id is not null
                     group by 1) l using (person_id)
                 where (b.hours, b.points, b.in_redemption) is distinct from (coalesce(l.hours, 0), coalesce(l.points, 0), coalesce(l.held, 0))
                union all
                select 'lots of ' || person_id from holder_balance b
                  left join (select person_id, sum(free) as free, sum(reserved) as reserved from point_lot group by 1) t using (person_id)
                 where (b.points, b.in_redemption) is distinct from (coalesce(t.free, 0), coalesce(t.reserved, 0))
                union all
                select 'a lot below zero' from point_lot where least(free, reserved, redeemed, expired, taken_back) < 0
                """).ToListAsync();
        }

        private async Task Serve()
        {
            long[] some = [.. _people.OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
            int hour = random.Next(0, 16);
            long activity = await bank.Served($"{hour}:00", $"{hour + random.Next(1, 6)}:{random.Next(60):00}", some);
            await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        }

        private async Task Correct()
        {
            await using FundDb db = body.Db();
            long[] records = await db.Set<ServiceRecord>().Where(row => row.State == RecordState.Posted).Select(row => row.ServiceRecordId).ToArrayAsync();
            long record = records.Length == 0 ? 1 : records[random.Next(records.Length)];
            long correction = await bank.First.Run(new ProposeCorrection(TestBody.Key, record, random.Next(0, 260), "核对签到表"));
            await bank.Second.Run(new DecideCorrection(TestBody.Key, correction, random.Next(5) > 0));
        }

        private Task Give() => bank.Post(UnitKind.HoursGiven, random.Next(1, 200), Somebody(), Somebody(), Today);

        private Task Use() => random.Next(3) == 0 ? bank.Post(UnitKind.HoursDonated, random.Next(1, 100), null, Somebody(), Today)
            : bank.Post(UnitKind.HoursUsed, random.Next(1, 200), null, Somebody(), Today);

        private async Task Reserve()
        {
            long person = Somebody(), units = random.Next(1, 40);
            List<PointLot> before = await LotsOf(person);
            PostedNumber entry = await bank.Post(UnitKind.PointsReserved, units, person, person, Today);
            _reserved.Add((entry.EntryNo, person, units));
            Dictionary<long, PointLot> after = (await LotsOf(person)).ToDictionary(lot => lot.PointLotId);

            // The first to expire go first, and what has expired does not go.
            foreach (PointLot lot in before.Where(lot => lot.ExpiresOn >= Today).OrderBy(lot => lot.ExpiresOn).ThenBy(lot => lot.PointLotId))
            {
                long taken = Math.Min(lot.Free, units);
                after[lot.PointLotId].Free.ShouldBe(lot.Free - taken);
                units -= taken;
            }

            units.ShouldBe(0);
        }

        private Task Release() => Settle(UnitKind.PointsReserved, red: true);

        private Task Redeem() => Settle(UnitKind.PointsRedeemed, red: false);

        private async Task Settle(UnitKind kind, bool red)
        {
            // Now and then one that is settled already, which is refused.
            (long entry, long person, long units) = _reserved.Count == 0 ? (1, Somebody(), 1) : _reserved[random.Next(_reserved.Count)];
            await bank.Post(kind, units, red ? person : null, person, Today, entry, red);
        }

        private async Task Expire()
        {
            long person = Somebody();
            long gone = (await LotsOf(person)).Where(lot => lot.ExpiresOn < Today).Sum(lot => lot.Free);
            await bank.Post(UnitKind.PointsExpired, Math.Max(1, gone), null, person, Today);
            (await LotsOf(person)).Where(lot => lot.ExpiresOn < Today).Sum(lot => lot.Free).ShouldBe(0);
        }

        private long Somebody() => _people[random.Next(_people.Count)];

        private async Task<List<PointLot>> LotsOf(long person)
        {
            await using FundDb db = body.Db();
            return await db.Set<PointLot>().AsNoTracking().Where(lot => lot.PersonId == person).ToListAsync();
        }
    }
}
