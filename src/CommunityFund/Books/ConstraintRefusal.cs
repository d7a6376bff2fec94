using System.Text.Json;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>What the database refuses, as a refusal: the constraint's name is the code, its detail the facts.</summary>
internal static class ConstraintRefusal
{
    public static Refusal Of(PostgresException violated)
    {
        string code = $"database.{(violated.ConstraintName ?? "unknown").Replace('_', '-')}";
        return new Refusal(code, Facts(violated));
    }

    private static Dictionary<string, object?> Facts(PostgresException violated)
    {
        Dictionary<string, object?> facts = new() { ["constraint"] = violated.ConstraintName };
        if (violated.Detail is { } detail && detail.StartsWith('{'))
        {
            foreach (JsonProperty fact in JsonDocument.Parse(detail).RootElement.EnumerateObject())
            {
                facts[fact.Name] = fact.Value.ValueKind == JsonValueKind.Number && IsMoney(fact.Name)
                    ? Amount.Fen(fact.Value.GetInt64())
                    : fact.Value.ToString();
            }
        }

        return facts;
    }

    private static bool IsMoney(string name) => name is "difference" or "cash" or "floor" or "asked" or "available" or "missing" or "line" or "booked";
}
