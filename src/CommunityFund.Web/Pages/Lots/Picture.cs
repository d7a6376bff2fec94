using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Lots;

namespace CommunityFund.Web.Pages.Lots;

/// <summary>What <c>pictures.js</c> draws, as JSON for an attribute: amounts in fen, names in the reader's language. The tables beside
/// are drawn from the same views.</summary>
internal static class Picture
{
    // More than these would be threads nobody can follow; the tables have them all.
    private const int FundsDrawn = 12;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Bars: a stack for each month.</summary>
    public static string Of(InflowView view, Words words) => JsonSerializer.Serialize(
        new
        {
            Kind = "bars",
            Months = view.Months.Select(month => words.Show(month.Month)),
            Series = view.Sources.Select((source, at) => new
            {
                source.Key,
                Name = source.Named(words),
                Fen = view.Months.Select(month => month.Amounts[at].Units),
            }),
            Total = words["money.total"].Value,
        }, Json);

    /// <summary>Streams from ends through funds to ends. What is below zero runs the other way, so that both sides of a fund are equal.</summary>
    public static string Of(MoneyFlowView view, Words words)
    {
        FundFlow[] funds = [.. view.Funds.OrderByDescending(fund => SizeOf(fund))];
        Dictionary<int, string> drawn = funds.Select((fund, at) => (fund.FundId, At: at)).ToDictionary(
            fund => fund.FundId, fund => funds.Length <= FundsDrawn || fund.At < FundsDrawn - 1 ? $"fund-{fund.FundId}" : "funds");
        List<Stream> streams = [];
        foreach (FundFlow fund in funds)
        {
            string middle = drawn[fund.FundId];
            foreach (var (end, amount) in view.Ins.Zip(fund.In).Concat(view.Outs.Zip(fund.Out)).Where(pair => !pair.Second.IsZero))
            {
                string name = end.Drawn(words, amount.IsNegative), key = amount.IsNegative ? $"{end.Key}-back" : end.Key;
                bool comes = end.IsIn != amount.IsNegative;
                streams.Add(comes ? new Stream($"in-{key}", name, end.Key, middle, Math.Abs(amount.Units), Comes: true)
                    : new Stream($"out-{key}", name, end.Key, middle, Math.Abs(amount.Units), Comes: false));
            }
        }

        return JsonSerializer.Serialize(
            new
            {
                Kind = "streams",
                Nodes = streams.GroupBy(stream => stream.Id).Select(end => new
                {
                    Id = end.Key,
                    end.First().Name,
                    end.First().Key,
                    Depth = end.First().Comes ? 0 : 2,
                }).Concat(funds.GroupBy(fund => drawn[fund.FundId]).Select(same => new
                {
                    Id = same.Key,
                    Name = same.Key == "funds" ? words["pictures.other-funds", same.Count()].Value : same.First().Name,
                    Key = "fund",
                    Depth = 1,
                })),
                Links = streams.GroupBy(stream => (stream.Id, stream.Fund, stream.Comes)).Select(same => new
                {
                    Source = same.Key.Comes ? same.Key.Id : same.Key.Fund,
                    Target = same.Key.Comes ? same.Key.Fund : same.Key.Id,
                    Fen = same.Sum(stream => stream.Fen),
                }),
            }, Json);
    }

    /// <summary>What came upwards, what was spent downwards, what was left as a line, and a mark where something was decided.</summary>
    public static string Of(FundTimelineView view, Words words)
    {
        ILookup<string, FundMoment> moments = view.Moments.ToLookup(moment => words.Show(moment.Day.ToYearMonth()));
        return JsonSerializer.Serialize(
            new
            {
                Kind = "life",
                Months = view.Months.Select(month => words.Show(month.Month)),
                Came = view.Months.Select(month => month.Came.Units),
                Spent = view.Months.Select(month => -month.Spent.Units),
                Moved = view.Months.Select(month => month.Transferred.Units + month.Changed.Units),
                Left = view.Months.Select(month => month.Left.Units),
                Moments = view.Months.Select(month => words.Show(month.Month)).Select(month => moments[month].Select(moment => moment.Line(words))),
                Names = new[] { "money.came-in", "money.spent", "pictures.moved", "money.left", "money.moments" }.Select(key => words[key].Value),
            }, Json);
    }

    private static long SizeOf(FundFlow fund) => fund.In.Concat(fund.Out).Sum(amount => Math.Abs(amount.Units));

    private sealed record Stream(string Id, string Name, string Key, string Fund, long Fen, bool Comes);
}
