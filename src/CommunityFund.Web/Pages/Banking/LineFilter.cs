using System.Globalization;
using CommunityFund.Banking;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>Which lines are on the left; every link and form of the page carries it on.</summary>
public sealed class LineFilter
{
    public string? State { get; set; }

    public int? Account { get; set; }

    public string? Text { get; set; }

    public string? Way { get; set; }

    public int Number { get; set; } = 1;

    /// <summary>Lines to do, unless another stage is asked for.</summary>
    public LineStage Stage => Enum.TryParse(State, out LineStage stage) && Enum.IsDefined(stage) ? stage : LineStage.ToDo;

    public BankWay? Wanted => Enum.TryParse(Way, out BankWay way) && Enum.IsDefined(way) ? way : null;

    public BankLineList Query(int size) =>
        new(Stage, Account, Text is { Length: > 100 } ? Text[..100] : Text ?? "", Math.Clamp(Number, 1, 1_000_000), size, Wanted);

    /// <summary>The way to a line with the same list beside it.</summary>
    public Dictionary<string, string?> Route(long id, DisposalKind? kind = null, long? rule = null)
    {
        Dictionary<string, string?> route = new() { ["Id"] = id.ToString(CultureInfo.InvariantCulture) };
        Add("As", kind?.ToString());
        Add("Rule", rule?.ToString(CultureInfo.InvariantCulture));
        Add("Filter.State", Stage == LineStage.ToDo ? null : Stage.ToString());
        Add("Filter.Account", Account?.ToString(CultureInfo.InvariantCulture));
        Add("Filter.Text", Text);
        Add("Filter.Way", Wanted?.ToString());
        Add("Filter.Number", Number > 1 ? Number.ToString(CultureInfo.InvariantCulture) : null);
        return route;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                route[name] = value;
            }
        }
    }
}
