using System.Security.Cryptography;

namespace CommunityFund.Ledger.Tests;

/// <summary>The log beside the definition of RFC 6962 itself, written out: whole, taken up in pieces, and proved to have only grown.</summary>
public sealed class MerkleLogTests
{
    private const int Histories = 400, MostLeaves = 300;

    [Fact]
    public void The_empty_log_has_the_root_of_the_RFC_and_no_peaks()
    {
        MerkleRoot log = MerkleRoot.From(0, []);
        Convert.ToHexStringLower(log.Root()).ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        log.Root().ShouldBe(RootOf([]));
        log.Peaks.ShouldBeEmpty();
    }

    [Fact]
    public void However_it_is_interrupted_a_log_has_the_root_that_the_definition_gives()
    {
        Random random = new(6962);
        for (int history = 0; history < Histories; history++)
        {
            byte[][] leaves = Leaves(random, random.Next(MostLeaves));
            MerkleRoot log = new();
            for (int i = 0; i < leaves.Length; i++)
            {
                if (random.Next(7) == 0)
                {
                    log = MerkleRoot.From(log.Size, [.. log.Peaks]);
                }

                log.Add(leaves[i]);
            }

            log.Size.ShouldBe(leaves.Length);
            log.Root().ShouldBe(RootOf(leaves), $"{leaves.Length} leaves");
            log.Peaks.Count.ShouldBe(System.Numerics.BitOperations.PopCount((uint)leaves.Length));
        }
    }

    [Fact]
    public void A_seal_kept_before_is_not_touched_by_what_comes_after()
    {
        byte[][] leaves = Leaves(new Random(3), 11);
        MerkleRoot log = new();
        foreach (byte[] leaf in leaves.Take(7))
        {
            log.Add(leaf);
        }

        byte[][] kept = [.. log.Peaks];
        foreach (byte[] leaf in leaves.Skip(7))
        {
            log.Add(leaf);
        }

        MerkleRoot.From(7, kept).Root().ShouldBe(RootOf(leaves[..7]));
        log.Root().ShouldBe(RootOf(leaves));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(0, 1)]
    public void A_log_is_not_taken_up_from_another_number_of_peaks(long size, int peaks) =>
        Should.Throw<ArgumentException>(() => MerkleRoot.From(size, [.. Enumerable.Repeat(new byte[32], peaks)]));

    [Fact]
    public void A_log_is_not_taken_up_from_what_is_no_hash_or_from_less_than_nothing()
    {
        Should.Throw<ArgumentException>(() => MerkleRoot.From(1, [new byte[31]]));
        Should.Throw<ArgumentException>(() => MerkleRoot.From(-1, []));
    }

    [Fact]
    public void Every_log_proves_that_it_extends_each_earlier_one()
    {
        byte[][] leaves = Leaves(new Random(21), 40);
        for (int second = 0; second <= leaves.Length; second++)
        {
            for (int first = 0; first <= second; first++)
            {
                IReadOnlyList<byte[]> proof = MerkleProof.Extends(leaves[..second], first);
                proof.ShouldBe(ByTheRfc(leaves[..second], first), $"{first} of {second}");
                MerkleProof.Holds(first, RootOf(leaves[..first]), second, RootOf(leaves[..second]), proof).ShouldBeTrue($"{first} of {second}");
            }
        }
    }

    [Fact]
    public void No_proof_holds_for_a_log_whose_past_was_changed()
    {
        Random random = new(2162);
        for (int history = 0; history < Histories; history++)
        {
            byte[][] leaves = Leaves(random, random.Next(2, MostLeaves));
            int first = random.Next(1, leaves.Length);
            byte[] before = RootOf(leaves[..first]);
            byte[][] forged = [.. leaves];
            forged[random.Next(first)] = RandomNumberGenerator.GetBytes(32);
            MerkleProof.Holds(first, before, leaves.Length, RootOf(forged), MerkleProof.Extends(forged, first)).ShouldBeFalse();

            // Nor does a proof that is damaged, shortened, lengthened or for other sizes.
            byte[][] proof = [.. MerkleProof.Extends(leaves, first)];
            byte[] after = RootOf(leaves);
            MerkleProof.Holds(first, before, leaves.Length, after, proof).ShouldBeTrue();
            MerkleProof.Holds(first, before, leaves.Length, after, proof[1..]).ShouldBeFalse();
            MerkleProof.Holds(first, before, leaves.Length, after, [.. proof, new byte[32]]).ShouldBeFalse();
            int at = random.Next(proof.Length);
            MerkleProof.Holds(first, before, leaves.Length, after, [.. proof[..at], RandomNumberGenerator.GetBytes(32), .. proof[(at + 1)..]])
                .ShouldBeFalse();
            MerkleProof.Holds(first, after, leaves.Length, before, proof).ShouldBeFalse();
            MerkleProof.Holds(leaves.Length, after, first, before, proof).ShouldBeFalse();
        }
    }

    [Fact]
    public void What_needs_no_proof_takes_none()
    {
        byte[][] leaves = Leaves(new Random(5), 5);
        byte[] root = RootOf(leaves), none = RootOf([]);
        MerkleProof.Holds(5, root, 5, root, []).ShouldBeTrue();
        MerkleProof.Holds(5, root, 5, root, [root]).ShouldBeFalse();
        MerkleProof.Holds(5, root, 5, none, []).ShouldBeFalse();
        MerkleProof.Holds(0, none, 5, root, []).ShouldBeTrue();
        MerkleProof.Holds(0, root, 5, root, []).ShouldBeFalse("an empty log has one root only");
        MerkleProof.Holds(0, none, 0, root, []).ShouldBeFalse();
        MerkleProof.Holds(-1, none, 5, root, []).ShouldBeFalse();
        MerkleProof.Holds(3, RootOf(leaves[..3]), 5, root, [new byte[31]]).ShouldBeFalse();
    }

    private static byte[][] Leaves(Random random, int count)
    {
        byte[][] leaves = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            leaves[i] = new byte[32];
            random.NextBytes(leaves[i]);
        }

        return leaves;
    }

    // Section 2.1: k is the largest power of two smaller than n.
    private static byte[] RootOf(byte[][] leaves) => leaves.Length switch
    {
        0 => SHA256.HashData([]),
        1 => leaves[0],
        int n => Node(RootOf(leaves[..Half(n)]), RootOf(leaves[Half(n)..])),
    };

    // Section 2.1.2: PROOF(m, D[n]) = SUBPROOF(m, D[n], true), for 0 < m < n.
    private static IReadOnlyList<byte[]> ByTheRfc(byte[][] leaves, int first) =>
        first == 0 || first == leaves.Length ? [] : SubProof(first, leaves, true);

    private static IReadOnlyList<byte[]> SubProof(int m, byte[][] leaves, bool isComplete)
    {
        if (m == leaves.Length)
        {
            return isComplete ? [] : [RootOf(leaves)];
        }

        int k = Half(leaves.Length);
        return m <= k ? [.. SubProof(m, leaves[..k], isComplete), RootOf(leaves[k..])]
            : [.. SubProof(m - k, leaves[k..], false), RootOf(leaves[..k])];
    }

    private static int Half(int n)
    {
        int k = 1;
        while (k * 2 < n)
        {
            k *= 2;
        }

        return k;
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
